import { escapeText } from '../shared/escape.ts';
import { formatBytes, formatCount, formatRate, formatTimeLeft } from '../shared/format.ts';
import type { JobProgress, JobView, LimitedBy, WaitingFor } from '../shared/job.ts';

const LIMITED_BY: Readonly<Record<LimitedBy, string>> = {
  'source-disk': 'disk of the source',
  'destination-disk': 'disk of the destination',
  'source-cpu': 'CPU of the source',
  'destination-cpu': 'CPU of the destination',
  link: 'network',
  'own-limit': 'your limit',
  'peer-limit': 'limit of the other side',
  'small-files': 'many small files',
  listing: 'reading the folder',
  unknown: '',
};

const WAITING_FOR: Readonly<Record<WaitingFor, string>> = {
  approval: 'waiting for a yes on the other side',
  peer: 'waiting for the other device',
  space: 'waiting for space at the destination',
  page: 'waiting for the page in the browser',
  paused: 'paused',
};

/** Characters of the bar: whole, and the rest. Eighths would flicker in many fonts. */
const BAR = { width: 20, done: '━', rest: '─' } as const;

const MIN_COLUMNS = 20;

/** Part of the content that is there, 0 to 1; null while the source is still counting or has nothing. */
export function fractionOf({ bytes, totalBytes, files, totalFiles, complete }: JobProgress): number | null {
  if (!complete) return null;
  if (totalBytes > 0) return Math.min(1, bytes / totalBytes);
  return totalFiles > 0 ? Math.min(1, files / totalFiles) : null;
}

function bar(fraction: number | null): string {
  if (fraction === null) return BAR.rest.repeat(BAR.width);
  const done = Math.floor(fraction * BAR.width);
  return BAR.done.repeat(done) + BAR.rest.repeat(BAR.width - done);
}

/** Rounded down, so that 100 % means all. */
function percent(fraction: number | null): string {
  return fraction === null ? ' ...' : `${Math.floor(fraction * 100)}%`.padStart(4);
}

function headOf(job: JobView): string {
  switch (job.state) {
    case 'waiting':
      return job.waitingFor === null ? 'waiting' : WAITING_FOR[job.waitingFor];
    case 'preparing':
      return 'preparing';
    case 'finishing':
      return 'finishing';
    default:
      return '';
  }
}

/** The parts of a line, the most important first: what does not fit is left out from the end. */
function partsOf(job: JobView): string[] {
  const { progress } = job;
  // the plus says "at least": the source is still counting
  const more = progress.complete ? '' : '+';
  const parts = [
    headOf(job),
    `${formatBytes(progress.bytes)} of ${formatBytes(progress.totalBytes)}${more}`,
    job.state === 'running' ? formatRate(progress.bytesPerSecond) : '',
    job.state === 'running' && progress.secondsLeft !== null
      ? `${formatTimeLeft(progress.secondsLeft)} left`
      : '',
    `${formatCount(progress.files)} of ${formatCount(progress.totalFiles)}${more} files`,
    job.state === 'running' && progress.limitedBy !== 'unknown'
      ? `limited by: ${LIMITED_BY[progress.limitedBy]}`
      : '',
  ];
  return parts.filter((part) => part !== '');
}

/** Who a job is with, to tell several apart. */
export function peerLabel(job: JobView): string {
  return job.peer === null ? '' : escapeText(job.peer.name);
}

/**
 * One line of live progress, at most `columns` - 1 characters wide so that no terminal wraps it.
 * `label` tells several jobs apart; empty for one.
 */
export function progressLine(job: JobView, columns: number, label: string): string {
  const fraction = fractionOf(job.progress);
  const room = Math.max(MIN_COLUMNS, columns - 1);
  let line = `${label === '' ? '' : `${label} `}${percent(fraction)} ${bar(fraction)}`;
  for (const part of partsOf(job)) {
    if (line.length + 2 + part.length > room) break;
    line += `  ${part}`;
  }
  return line.slice(0, room);
}

/** The same for a pipe or a log file: no bar, everything in it. */
export function plainProgressLine(job: JobView, label: string): string {
  const fraction = fractionOf(job.progress);
  const head = fraction === null ? '' : `${percent(fraction).trim()}, `;
  return `${label === '' ? '' : `${label}: `}${head}${partsOf(job).join(', ')}`;
}
