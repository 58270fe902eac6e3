import type { JobView } from '../../../shared/job.ts';
import { ENDED_STATES } from '../../../shared/job.ts';
import { isolate } from '../../format/isolate.ts';
import { endsOf } from '../../format/job-ends.ts';
import { fromOf, sentBytes } from '../../format/job-status.ts';
import { bytesText } from '../../format/numbers.ts';
import type { PhraseKey } from '../../i18n/catalogue.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useEngine } from '../../store/app-context.ts';
import { usePeerName } from '../../store/use-status.ts';
import { Phrase } from '../../ui/phrase.tsx';

interface Part {
  readonly key: PhraseKey;
  readonly bytes: number;
  readonly look: string;
}

/** The parts of a job's content by how they reached the destination; together they are its total. */
export function partsOf(job: JobView): readonly Part[] {
  const { bytes, totalBytes } = job.progress;
  const from = fromOf(job);
  const total = Math.max(totalBytes, bytes, job.result?.bytes ?? 0);
  const sent = sentBytes(job);
  const toGo = job.state === 'done' ? 0 : Math.max(0, total - from.there - from.here - from.older - sent);
  return [
    { key: 'detail.from.there', bytes: from.there, look: 'bg-edge forced-colors:bg-[GrayText]' },
    { key: 'detail.from.here', bytes: from.here, look: 'bg-accent/35 forced-colors:bg-[CanvasText]' },
    { key: 'detail.from.older', bytes: from.older, look: 'bg-accent/65 forced-colors:bg-[LinkText]' },
    { key: 'detail.from.sent', bytes: sent, look: 'bg-accent forced-colors:bg-[Highlight]' },
    {
      key: 'detail.from.toGo',
      bytes: toGo,
      look: 'bg-line outline-1 -outline-offset-1 outline-(--track-outline) forced-colors:bg-[Canvas]',
    },
  ];
}

/** How much had to travel, and how much did not. */
export function WhereFrom({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const peer = usePeerName(job);
  const here = useEngine((state) => state.device.name);
  const parts = partsOf(job);
  const total = parts.reduce((sum, part) => sum + part.bytes, 0);
  let start = 0;
  // Placed by transforms: a growing part would push the next one, and pushing is layout.
  const shares = parts.map((part) => {
    const share = total === 0 ? 0 : part.bytes / total;
    start += share;
    return { ...part, share, start: start - share };
  });
  const wireBytes = Math.max(job.progress.wireBytes, job.result?.wireBytes ?? 0);
  const sent = sentBytes(job);
  const from = fromOf(job);
  const saved = from.there + from.here + from.older;
  const isEnded = ENDED_STATES.has(job.state);
  const values = {
    sent: bytesText(sent, locale),
    saved: bytesText(saved, locale),
    device: isolate(endsOf(job, here, peer).destination),
  };
  const sentence = isEnded
    ? t(saved > 0 ? 'detail.sentEnd' : 'detail.sentEndAll', values)
    : t(saved > 0 ? 'detail.sentSoFar' : 'detail.sentSoFarAll', values);
  return (
    <section className="flex flex-col gap-2" aria-labelledby="where-from">
      <h3 id="where-from" className="text-14 font-semibold">
        {t('detail.whereFrom')}
      </h3>
      <div className="relative h-2 w-full overflow-hidden rounded-full bg-line" aria-hidden>
        {shares.map(({ key, look, start, share }) => (
          <span
            key={key}
            className={`absolute inset-0 origin-left ${look}`}
            style={{ transform: `translateX(${start * 100}%) scaleX(${share})` }}
          />
        ))}
      </div>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-1 text-12 text-text-2">
        {parts.map((part) => (
          <div key={part.key} className="flex h-4 min-w-0 items-center gap-1.5">
            <dt className="flex min-w-0 flex-1 items-center gap-1.5">
              <span aria-hidden className={`size-2 shrink-0 rounded-[2px] border border-edge ${part.look}`} />
              <span className="truncate">
                {t(part.key === 'detail.from.toGo' && isEnded ? 'detail.from.notCopied' : part.key)}
              </span>
            </dt>
            <dd key={part.bytes} className="shrink-0 whitespace-nowrap">
              {bytesText(part.bytes, locale)}
            </dd>
          </div>
        ))}
        <div className="flex h-4 min-w-0 items-center gap-1.5">
          <dt className="min-w-0 flex-1 truncate">{t('detail.about.wire')}</dt>
          <dd key={wireBytes} className="shrink-0 whitespace-nowrap">
            {bytesText(wireBytes, locale)}
          </dd>
        </div>
      </dl>
      <p key={sentence} className="min-h-4 text-13 text-text-2">
        <Phrase text={sentence} />
      </p>
    </section>
  );
}
