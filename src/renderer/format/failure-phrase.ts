import type { FailureCode } from '../../shared/failure.ts';
import type { Translate } from '../i18n/translate.ts';
import { isolate } from './isolate.ts';

/** The part of a failure that becomes a sentence; a Failure and its plain data both have it. */
export interface ToldFailure {
  readonly code: FailureCode;
  readonly subject?: string | undefined;
}

/**
 * What went wrong as a sentence of the app, for ui/phrase.tsx. `device` is who it was about; null says "the other
 * device".
 */
export function failurePhrase(t: Translate, failure: ToldFailure, device: string | null): string {
  return t(`failure.${failure.code}`, {
    device: device === null ? t('app.otherDevice') : isolate(device),
    name: failure.subject === undefined ? '' : isolate(failure.subject),
  });
}
