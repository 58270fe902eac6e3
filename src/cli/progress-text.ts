import { escapeText } from '../shared/escape.ts';
import type { FailureData } from '../shared/failure.ts';
import { failureHead } from '../shared/failure-text.ts';
import { formatBytes, formatCount, formatRate, formatTimeLeft } from '../shared/format.ts';
import type { JobPhase, JobProgress, JobView, LimitedBy, WaitingDetail, WaitingFor } from '../shared/job.ts';
import { pausedText } from './waiting-text.ts';

const LIMITED_BY: Readonly<Record<LimitedBy, string>> = {
  'source-disk': 'disk of the source',
  'destination-disk': 'disk of the destination',
  'source-cpu': 'CPU of the source',
  'destination-cpu': 'CPU of the destination',
  link: 'network',
  'one-stream': 'one connection',
  'own-limit': 'your limit',
  'peer-limit': 'limit of the other side',
  'small-files': 'many small files',
  listing: 'reading the folder',
  unknown: '',
};

const WAITING_FOR: Readonly<Record<Exclude<WaitingFor, 'paused'>, string>> = {
  approval: 'waiting for a yes on the other side',
  peer: 'waiting for the other device',
  space: 'waiting for space at the destination',
  disk: 'waiting for the disk of the destination',
  page: 'waiting for the page in the browser',
  answer: 'waiting for a decision on what is there already',
  turn: 'waiting for its turn',
};

const PHASES: Readonly<Record<JobPhase, string>> = {
  copying: 'finishing',
  flushing: 'writing to disk',
  verifying: 'reading back',
};

/** Characters of the bar: whole, and the rest. Eighths would flicker in many fonts. */
const BAR = { width: 20, minWidth: 8, done: '━', rest: '─' } as const;

const MIN_COLUMNS = 20;

function bar(fraction: number | null, width: number): string {
  const done = Math.floor((fraction ?? 0) * width);
  return BAR.done.repeat(done) + BAR.rest.repeat(width - done);
}

/** Rounded down. */
function percent(fraction: number | null): string {
  return fraction === null ? ' ...' : `${Math.floor(fraction * 100)}%`.padStart(4);
}

function headOf(job: JobView): string {
  switch (job.state) {
    case 'waiting':
      // nobody has come with the code yet
      if (job.waitingFor === 'peer' && job.peer === null) {
        return job.between === null ? 'waiting for the receiver' : 'stopped';
      }
      if (job.waitingFor === null) return 'waiting';
      if (job.waitingFor === 'paused') return pausedText(job);
      if (job.waitingFor === 'peer' && job.role === 'orderer')
        return `waiting for ${escapeText(awayNames(job))}`;
      return job.waitingDetail === null ? WAITING_FOR[job.waitingFor] : waitingText(job.waitingDetail);
    case 'preparing':
      return 'preparing';
    case 'finishing':
      return PHASES[job.progress.phase];
    default:
      return '';
  }
}

/** Who a job waits for; whoever gave an order is not always told which of the two others is away. */
export function awayNames({ role, peer, between }: Pick<JobView, 'role' | 'peer' | 'between'>): string {
  const source = role === 'orderer' ? between?.source?.name : undefined;
  return [...new Set([source, peer?.name].filter((name) => name !== undefined))].join(' or ');
}

/** What is wrong with the destination, and how much is missing. */
function waitingText({ why, neededBytes, freeBytes }: WaitingDetail): string {
  const what = `waiting: ${failureHead(why)}${why.code === 'home-full' ? homeOf(why) : ''}`;
  if (neededBytes === null || freeBytes === null || freeBytes >= neededBytes) return what;
  const missing = formatBytes(neededBytes - freeBytes);
  return `${what}, ${missing} missing (needs ${formatBytes(neededBytes)}, free ${formatBytes(freeBytes)})`;
}

/** Which disk is meant; what the other device tells does not say. */
function homeOf({ subject }: FailureData): string {
  return subject === undefined ? ' at the other device' : ` in ${escapeText(subject)}`;
}

/** What is there, of how much; empty while nothing is known. */
function amountsOf({ files, bytes, totalFiles, totalBytes, complete }: JobProgress): {
  readonly bytes: string;
  readonly files: string;
} {
  if (totalFiles === 0 && totalBytes === 0) return { bytes: complete ? 'no content' : '', files: '' };
  // the plus says "at least": the source is still counting
  const more = complete ? '' : '+';
  return {
    bytes: `${formatBytes(bytes)} of ${formatBytes(totalBytes)}${more}`,
    files: `${formatCount(files)} of ${formatCount(totalFiles)}${more} files`,
  };
}

/** As it is shown: all content has come once a job is finishing, whatever the last report said. */
function shownProgress({ state, progress }: JobView): JobProgress {
  if (state !== 'finishing' || !progress.complete) return progress;
  return { ...progress, files: progress.totalFiles, bytes: progress.totalBytes };
}

/** The parts of a line, the most important first: what does not fit is left out from the end. */
function partsOf(job: JobView): string[] {
  const progress = shownProgress(job);
  const amounts = amountsOf(progress);
  const isRunning = job.state === 'running';
  const isCounting = isRunning && amounts.bytes === '';
  const parts = [
    isCounting ? 'counting' : headOf(job),
    amounts.bytes,
    isRunning && !isCounting ? formatRate(progress.bytesPerSecond) : '',
    isRunning && progress.secondsLeft !== null ? `${formatTimeLeft(progress.secondsLeft)} left` : '',
    amounts.files,
    isRunning && progress.limitedBy !== 'unknown' ? `limited by: ${LIMITED_BY[progress.limitedBy]}` : '',
  ];
  return parts.filter((part) => part !== '');
}

/** Who a job is with, to tell several apart. */
export function peerLabel(job: JobView): string {
  const { role, peer, between } = job;
  const name = peer === null ? '' : escapeText(peer.name);
  const from = between?.source ?? null;
  if (role !== 'orderer' || from === null) return name;
  const source = escapeText(from.name);
  return from.id === between?.destination?.id ? `within ${source}` : `${source} to ${name}`;
}

/**
 * One line of live progress, at most `columns` - 1 characters wide so that no terminal wraps it.
 * `label` tells several jobs apart; empty for one.
 */
export function progressLine(job: JobView, columns: number, label: string): string {
  const room = Math.max(MIN_COLUMNS, columns - 1);
  // nothing is known and nothing moves: a bar would only look broken
  if (job.state === 'waiting' && job.progress.totalFiles === 0) {
    return `${label === '' ? '' : `${label}  `}${partsOf(job).join('  ')}`.slice(0, room);
  }
  const { fraction } = job;
  const head = `${label === '' ? '' : `${label} `}${percent(fraction)} `;
  let tail = '';
  for (const part of partsOf(job)) {
    if (head.length + BAR.minWidth + tail.length + 2 + part.length > room) break;
    tail += `  ${part}`;
  }
  // the bar gives way to words
  const width = Math.max(BAR.minWidth, Math.min(BAR.width, room - head.length - tail.length));
  return `${head}${bar(fraction, width)}${tail}`.slice(0, room);
}

/** The same for a pipe or a log file: no bar, everything in it. */
export function plainProgressLine(job: JobView, label: string): string {
  const { fraction } = job;
  const head = fraction === null ? '' : `${percent(fraction).trim()}, `;
  return `${label === '' ? '' : `${label}: `}${head}${partsOf(job).join(', ')}`;
}
