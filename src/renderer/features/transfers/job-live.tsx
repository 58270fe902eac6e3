import { ENDED_STATES, type JobView } from '../../../shared/job.ts';
import { plainText } from '../../format/isolate.ts';
import { STALLED_MS } from '../../format/job-status.ts';
import { titleOf } from '../../format/names.ts';
import { countText, percentText, speedText, whenText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { jobWatch } from '../../store/job-watch.ts';
import { useJob } from '../../store/use-job.ts';
import { useStatus } from '../../store/use-status.ts';
import { Phrase } from '../../ui/phrase.tsx';
import { type BarTone, ProgressBar } from '../../ui/progress-bar.tsx';
import { StatusLine } from '../../ui/status-line.tsx';
import { CADENCE } from '../../ui/use-cadence.ts';
import { useNow } from '../../ui/use-now.ts';
import { useWidth } from '../../ui/use-width.ts';

/** Accent only while bytes move. */
export function barTone(job: JobView): BarTone {
  const code = job.result?.failure?.code;
  if (job.state === 'failed') return code === 'declined' || code === 'expired' ? 'still' : 'bad';
  return job.state === 'running' || job.state === 'finishing' ? 'moving' : 'still';
}

/** The bar of a job, ten times a second at most. */
export function JobBar({ job: id }: { readonly job: string }) {
  const t = useTranslate();
  const job = useJob(id, CADENCE.barMs);
  if (job === undefined) return null;
  const { stillMs } = jobWatch.look(job, Date.now());
  const isStalled = stillMs >= STALLED_MS && job.progress.bytesPerSecond === 0;
  return (
    <ProgressBar
      fraction={job.fraction}
      tone={isStalled && job.state === 'running' ? 'still' : barTone(job)}
      label={plainText(t('transfers.progress', { name: titleOf(job.names, t) }))}
    />
  );
}

interface DigitsProps {
  readonly speed: string;
  readonly percent: string;
}

/** Two right-aligned lines in a slot of fixed width; each is made anew when it changes, so that nothing moves. */
export function Digits({ speed, percent }: DigitsProps) {
  return (
    <span className="flex w-20 shrink-0 flex-col items-end self-center whitespace-nowrap">
      {speed !== '' && (
        <span key={`speed ${speed}`} className="h-5 text-14 font-medium">
          {speed}
        </span>
      )}
      {/* Below a speed its line is kept, so that the speed stays where it is when percents come. */}
      {(percent !== '' || speed !== '') && (
        <span key={`percent ${percent}`} className="h-4 text-13 text-text-2">
          {percent}
        </span>
      )}
    </span>
  );
}

/** Speed over percent, twice a second. */
export function JobDigits({ job: id }: { readonly job: string }) {
  const locale = useLanguage();
  const job = useJob(id, CADENCE.digitsMs);
  if (job === undefined) return null;
  const isMoving = job.state === 'running' || job.state === 'finishing';
  const { fraction } = job;
  // What is done says so in words; what has ended has no speed any more.
  const speed = ENDED_STATES.has(job.state)
    ? ''
    : speedText(isMoving ? job.progress.bytesPerSecond : null, locale);
  const isShown = fraction !== null && job.state !== 'done';
  return <Digits speed={speed} percent={isShown ? percentText(fraction, locale) : ''} />;
}

/** Two lines below 720 px, where one has no room for the cause. */
function StatusOf({ job }: { readonly job: JobView }) {
  const status = useStatus(job);
  const isNarrow = useWidth() === 'narrow';
  if (!isNarrow) return <StatusLine {...status} />;
  if (job.state === 'done') return <StatusLine {...status} wraps />;
  return (
    <span className="h-8">
      <StatusLine {...status} wraps />
    </span>
  );
}

/** Whether the words of a job take the room of its digits, which then say nothing. */
export function isTold(job: JobView): boolean {
  return job.state === 'done' || job.state === 'failed' || job.waitingFor === 'page';
}

/** What was done, in numbers, and when. */
function Facts({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const nowMs = useNow();
  const { progress, result } = job;
  const files = result?.files ?? progress.files;
  const facts = [
    ...(files > 0 ? [t('job.files', { count: files, n: countText(files, locale) })] : []),
    ...(progress.averageBytesPerSecond > 0 && (result?.bytes ?? 1) > 0
      ? [t('job.onAverage', { speed: speedText(progress.averageBytesPerSecond, locale) })]
      : []),
    whenText(job.updatedMs, nowMs, locale),
  ];
  return (
    <span className="h-4 truncate text-13 text-text-2">
      <Phrase text={facts.join(' · ')} />
    </span>
  );
}

/** The second and third line of a job: bar and status, or for what is done status and its numbers. */
export function JobLines({ job: id }: { readonly job: string }) {
  const job = useJob(id, CADENCE.causeMs);
  if (job === undefined) return null;
  if (job.state === 'done') {
    return (
      // As high as bar and status of the others, however many lines its words take.
      <span className="flex h-13 flex-col gap-0.5 medium:h-auto">
        <StatusOf job={job} />
        <Facts job={job} />
      </span>
    );
  }
  return (
    <>
      {/* All bars are equally long, also where the words take the room of the digits. */}
      <span className={`flex h-4 items-center ${isTold(job) ? 'pr-22 medium:pr-23' : ''}`}>
        <JobBar job={id} />
      </span>
      <StatusOf job={job} />
    </>
  );
}
