import type { JobProgress, JobView } from '../../shared/job.ts';
import type { JobFacts } from '../store/job-watch.ts';
import { isolate } from './isolate.ts';
import { blamedOf, endsOf, isWithinOne, ordererOf } from './job-ends.ts';
import { type LimitContext, limitedByText } from './limited-by.ts';
import { baseName } from './names.ts';
import { bytesText, clockText, countdownText, countText } from './numbers.ts';
import { timeLeftText } from './time-left.ts';

/** How a status looks beside its words; colour is never the only sign. */
export type StatusTone = 'plain' | 'ok' | 'wait' | 'ask' | 'bad';

export interface JobStatus {
  /** Joined by ' · '; where there is no room the last ones go first. */
  readonly parts: readonly string[];
  readonly tone: StatusTone;
}

export interface StatusContext extends LimitContext {
  readonly nowMs: number;
  readonly facts: JobFacts;
}

/** How long an offer waits for an answer. */
const OFFER_LIFE_MS = 600_000;
/** A copy that brings nothing for so long is said to stall. */
export const STALLED_MS = 5_000;
/** Within this time a page that has just sent something has connected, or it is gone. */
const PAGE_COMES_MS = 3_000;
/** A wait as long as this is told by its beginning. */
const WORTH_SINCE_MS = 60_000;
/** Below this share of the whole, what was sent is worth telling. */
const WORTH_TELLING = 0.9;

/** `4.10 of 12.0 GB`; the unit stands once where both have the same. */
export function bytesOfText(copied: number, total: number, { t, locale }: LimitContext): string {
  const whole = bytesText(total, locale);
  const part = bytesText(copied, locale);
  const [number, unit] = part.split('\u00a0');
  const isSameUnit = unit === whole.split('\u00a0')[1];
  return t('job.copiedOf', { copied: isSameUnit ? (number ?? part) : part, total: whole });
}

/** How much of a job's content reached the destination without being sent; at the end, as it ended. */
export function fromOf(job: JobView): JobProgress['from'] {
  return job.result?.from ?? job.progress.from;
}

/** Of the content that has reached the destination, what came over the network. */
export function sentBytes(job: JobView): number {
  const { there, here, older } = fromOf(job);
  const bytes = job.state === 'done' && job.result !== null ? job.result.bytes : job.progress.bytes;
  return Math.max(0, bytes - there - here - older);
}

function running(job: JobView, context: StatusContext): JobStatus {
  const { t, locale, facts, there } = context;
  const { progress } = job;
  if (facts.stillMs >= STALLED_MS && progress.bytesPerSecond === 0) {
    const n = Math.floor(facts.stillMs / 1_000);
    return { parts: [t('job.stalled', { device: isolate(there), n })], tone: 'wait' };
  }
  const parts: string[] = [];
  // What a person must not do comes before what they like to know.
  const page = job.sourceKind === 'page' && job.role === 'source' ? [t('job.page')] : [];
  if (!progress.complete) {
    parts.push(
      t('job.copied', { copied: bytesText(progress.bytes, locale) }),
      ...page,
      t('job.stillFinding'),
    );
  } else {
    if (facts.left !== null) parts.push(timeLeftText(facts.left, t, locale));
    parts.push(...page, bytesOfText(progress.bytes, progress.totalBytes, context));
  }
  const cause = limitedByText(job, context);
  if (cause !== null) parts.push(cause);
  return { parts, tone: 'plain' };
}

function asked(job: JobView, { t, there, nowMs }: StatusContext): JobStatus {
  // The clock of the screen ticks once a second and may be behind what has just begun.
  const leftMs = Math.min(OFFER_LIFE_MS, job.sinceMs + OFFER_LIFE_MS - nowMs);
  const parts = [t('job.asked', { device: isolate(there) })];
  if (leftMs > 0) parts.push(countdownText(leftMs));
  return { parts, tone: 'wait' };
}

function paused(job: JobView, { t, there }: StatusContext): JobStatus {
  if (job.heldBy !== null) return { parts: [t(`job.heldBy.${job.heldBy}`), t('job.heldNext')], tone: 'ask' };
  if (job.pausedBy === 'here') return { parts: [t('job.pausedHere')], tone: 'wait' };
  if (job.pausedBy === null) return { parts: [t('job.paused')], tone: 'wait' };
  return { parts: [t('job.pausedThere', { device: isolate(there) })], tone: 'wait' };
}

function waiting(job: JobView, context: StatusContext): JobStatus {
  const { t, locale } = context;
  const byItself = t('job.byItself');
  switch (job.waitingFor) {
    case 'approval':
      return asked(job, context);
    case 'space':
    case 'disk':
      return stuck(job, context);
    case 'page':
      // What was just dropped is on its way: its page connects within moments.
      if (job.progress.bytes === 0 && context.nowMs - job.sinceMs < PAGE_COMES_MS) {
        return { parts: [t('job.preparing')], tone: 'plain' };
      }
      return { parts: [t('job.pageClosed'), t('job.pageAgain')], tone: 'ask' };
    case 'paused':
      return paused(job, context);
    case 'turn': {
      const place = job.queuePlace;
      const words = place === 1 ? t('job.queuedNext') : t('job.queuedPlace', { n: place ?? 0 });
      return { parts: place === null ? [t('job.queued')] : [t('job.queued'), words], tone: 'wait' };
    }
    case 'answer':
      return question(job, context) ?? { parts: [t('job.paused')], tone: 'wait' };
    case 'peer':
    case null: {
      const copied = job.progress.bytes > 0 ? [bytesProgress(job, context)] : [];
      return {
        parts: [awaited(job, context), byItself, ...copied],
        tone: 'wait',
      };
    }
  }
  function bytesProgress(of: JobView, inContext: StatusContext): string {
    const { bytes, totalBytes, complete } = of.progress;
    if (complete) return bytesOfText(bytes, totalBytes, inContext);
    return t('job.copied', { copied: bytesText(bytes, locale) });
  }
}

/** Who is away: whoever gave an order hears that one of the two is, not always which. */
function awaited({ role, between }: JobView, { t, there }: StatusContext): string {
  const source = between?.source?.name;
  if (role !== 'orderer' || source === undefined || isWithinOne(between)) {
    return t('job.waitingPeer', { device: isolate(there) });
  }
  return t('job.waitingEither', { source: isolate(source), destination: isolate(there) });
}

/** Since when, once it is worth a word; an offer counts down instead. Left out first where there is little room. */
function withSince(status: JobStatus, job: JobView, { t, locale, nowMs }: StatusContext): JobStatus {
  if (job.waitingFor === 'approval' || nowMs - job.sinceMs < WORTH_SINCE_MS) return status;
  return {
    ...status,
    parts: [...status.parts, t('job.since', { when: clockText(job.sinceMs, nowMs, locale) })],
  };
}

/** Its destination cannot be used now. */
function stuck(job: JobView, { t, locale, here, there }: StatusContext): JobStatus {
  const device = isolate(endsOf(job, here, there).destination);
  const byItself = t('job.byItself');
  const { why = null, neededBytes = null, freeBytes = null } = job.waitingDetail ?? {};
  if (neededBytes !== null && freeBytes !== null && neededBytes > freeBytes) {
    const bytes = bytesText(neededBytes - freeBytes, locale);
    return { parts: [t('job.spaceThere', { device, bytes }), byItself], tone: 'wait' };
  }
  if (why === null || why.code === 'no-space') {
    return { parts: [t('job.spaceThereSome', { device }), byItself], tone: 'wait' };
  }
  if (why.code === 'home-full') {
    const full =
      why.subject === undefined
        ? t('job.homeFullThere', { device })
        : t('job.homeFull', { folder: isolate(why.subject) });
    return { parts: [full, byItself], tone: 'wait' };
  }
  if (why.code === 'destination-gone') {
    const gone =
      job.into === null
        ? t('job.diskGoneThere', { device })
        : t('job.diskGone', { folder: isolate(baseName(job.into)) });
    return { parts: [gone, t('job.whenBack')], tone: 'wait' };
  }
  return { parts: [t(`failure.${why.code}`, { device: isolate(there) }), byItself], tone: 'wait' };
}

function question(job: JobView, { t, locale, there }: StatusContext): JobStatus | null {
  if (job.question === null) return null;
  const { count } = job.question;
  const values = { count, n: countText(count, locale), device: isolate(there) };
  if (job.role === 'source') return { parts: [t('job.askedThere', values)], tone: 'wait' };
  return { parts: [t('job.differ', values)], tone: 'ask' };
}

function done(job: JobView, { t, locale }: StatusContext): JobStatus {
  const total = job.result?.bytes ?? job.progress.totalBytes;
  const sent = sentBytes(job);
  const words = t(job.result?.verified === true ? 'job.doneVerified' : 'job.done');
  const damaged = job.verification?.state === 'done' ? job.verification.damaged : 0;
  if (damaged > 0) {
    return { parts: [t('job.damaged', { count: damaged, n: countText(damaged, locale) })], tone: 'bad' };
  }
  if (total === 0) return { parts: [words], tone: 'ok' };
  const size = bytesText(total, locale);
  if (sent >= total * WORTH_TELLING) return { parts: [words, size], tone: 'ok' };
  return { parts: [t('job.doneDelta', { sent: bytesText(sent, locale), total: size }), words], tone: 'ok' };
}

function partial(job: JobView, { t, locale }: StatusContext): JobStatus {
  const problems = job.result?.problemCount ?? 0;
  const { files, totalFiles } = job.progress;
  const total = Math.max(totalFiles, files);
  return {
    parts: [
      t('job.partial', {
        count: total,
        copied: countText(files, locale),
        total: countText(total, locale),
      }),
      t('job.needLook', { count: problems, n: countText(problems, locale) }),
    ],
    tone: 'ask',
  };
}

function cancelled(job: JobView, { t, locale, there }: StatusContext): JobStatus {
  const by = {
    here: t('job.cancelledHere'),
    peer: t('job.cancelledThere', { device: isolate(there) }),
    none: t('job.cancelled'),
  }[job.cancelledBy ?? 'none'];
  const kept = job.parts.length > 0 ? [t('job.kept', { bytes: bytesText(job.progress.bytes, locale) })] : [];
  return { parts: [by, ...kept], tone: 'plain' };
}

function failed(job: JobView, { t, there }: StatusContext): JobStatus {
  const code = job.result?.failure?.code ?? 'internal';
  if (code === 'declined' && job.role === 'destination') {
    return { parts: [t('job.declinedHere')], tone: 'plain' };
  }
  const orderer = ordererOf(job);
  if (code === 'no-right' && orderer !== null) {
    return { parts: [t('job.rightGone', { device: isolate(orderer.name) })], tone: 'bad' };
  }
  const isAnswer = code === 'declined' || code === 'expired';
  const next = code === 'no-right' ? [t('job.allowThere')] : [];
  return {
    parts: [t(`failure.${code}`, { device: isolate(blamedOf(job, there)) }), ...next],
    tone: isAnswer ? 'ask' : 'bad',
  };
}

/** What an order says beside what is done: at whose wish, and that the network is not needed. */
function orderParts({ between }: JobView, { t }: StatusContext): readonly string[] {
  const orderer = ordererOf({ between });
  return [
    ...(isWithinOne(between) ? [t('job.noNetwork')] : []),
    ...(orderer === null ? [] : [t('job.orderedBy', { device: isolate(orderer.name) })]),
  ];
}

/** What a job says of itself in one line. */
export function jobStatus(job: JobView, context: StatusContext): JobStatus {
  const { parts, tone } = stateStatus(job, context);
  // Before what may be left out where there is little room.
  return { parts: [...parts.slice(0, 1), ...orderParts(job, context), ...parts.slice(1)], tone };
}

function stateStatus(job: JobView, context: StatusContext): JobStatus {
  const { t, locale } = context;
  switch (job.state) {
    case 'preparing': {
      const count = Math.max(job.progress.totalFiles, job.progress.files);
      const words =
        count === 0 ? t('job.preparing') : t('job.preparingCount', { count, n: countText(count, locale) });
      return { parts: [words], tone: 'plain' };
    }
    case 'waiting':
      return withSince(waiting(job, context), job, context);
    case 'running': {
      const moving = running(job, context);
      const asks = question(job, context);
      return asks === null ? moving : { parts: [...asks.parts, ...moving.parts], tone: asks.tone };
    }
    case 'finishing':
      return {
        parts: [t(job.progress.phase === 'verifying' ? 'job.verifying' : 'job.writing')],
        tone: 'plain',
      };
    case 'done':
      return done(job, context);
    case 'partial':
      return partial(job, context);
    case 'cancelled':
      return cancelled(job, context);
    case 'failed':
      return failed(job, context);
  }
}
