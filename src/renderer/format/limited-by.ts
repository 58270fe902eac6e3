import type { JobView } from '../../shared/job.ts';
import type { Translate } from '../i18n/translate.ts';
import { isolate } from './isolate.ts';
import { endsOf } from './job-ends.ts';
import { speedText } from './numbers.ts';

export interface LimitContext {
  readonly t: Translate;
  readonly locale: string;
  /** Name of this device. */
  readonly here: string;
  /** Name of the other device. */
  readonly there: string;
  /** The limit set here, if any. */
  readonly limitBytesPerSecond: number | null;
}

/** What holds a copy back, or null where nothing stands out. */
export function limitedByText(job: JobView, context: LimitContext): string | null {
  const { t, locale, limitBytesPerSecond } = context;
  const ends = endsOf(job, context.here, context.there);
  const [source, destination] = [isolate(ends.source), isolate(ends.destination)];
  switch (job.progress.limitedBy) {
    case 'source-disk':
      return t('limited.disk', { device: source });
    case 'destination-disk':
      return t('limited.disk', { device: destination });
    case 'source-cpu':
      return t('limited.cpu', { device: source });
    case 'destination-cpu':
      return t('limited.cpu', { device: destination });
    case 'link':
      return t('limited.network');
    case 'one-stream':
      return t('limited.connection');
    case 'own-limit':
      return limitBytesPerSecond === null
        ? t('limited.yoursSome')
        : t('limited.yours', {
            speed: speedText(limitBytesPerSecond, locale).replace(/[.,]0+(?=\u00a0)/u, ''),
          });
    case 'peer-limit':
      return t('limited.theirs', { device: isolate(context.there) });
    case 'small-files':
      return t('limited.smallFiles');
    case 'listing':
      return t('limited.listing');
    case 'unknown':
      return null;
  }
}
