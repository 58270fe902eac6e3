import type { PhraseKey } from '../i18n/catalogue.ts';
import { useTranslate } from '../i18n/translate.ts';
import { NameText } from './name-text.tsx';

/** Stands for the name while the phrase is made; no phrase of ours holds it. */
const PLACE = '\u0000';

export interface PhraseWithNameProps {
  /** A phrase with `{{device}}` in it. */
  readonly phrase: PhraseKey;
  readonly name: string;
  /** How the name stands out; '' where the whole sentence does. */
  readonly nameClassName?: string;
}

/** A sentence with somebody's name in it, which is shown as names are. */
export function PhraseWithName({ phrase, name, nameClassName = 'font-medium' }: PhraseWithNameProps) {
  const t = useTranslate();
  const [before = '', after = ''] = t(phrase, { device: PLACE }).split(PLACE);
  return (
    <>
      {before}
      <NameText name={name} className={`inline-flex! max-w-full align-bottom ${nameClassName}`} />
      {after}
    </>
  );
}
