import { failurePhrase, type ToldFailure } from '../format/failure-phrase.ts';
import { useTranslate } from '../i18n/translate.ts';
import { Phrase } from './phrase.tsx';

export interface FailureTextProps {
  readonly failure: ToldFailure;
  /** Who it was about; null says "the other device". */
  readonly device: string | null;
}

/** What went wrong, in words. */
export function FailureText({ failure, device }: FailureTextProps) {
  const t = useTranslate();
  return <Phrase text={failurePhrase(t, failure, device)} />;
}
