import type { LimitedBy, StageTimes } from '../../shared/job.ts';

/** Shares of wall time above which something counts as the limit. */
const BUSY = 0.6;
const LIMITED = 0.25;
/** Mean size below which per-file work, not bytes, is what an end is busy with. */
const SMALL_FILE_BYTES = 64 * 1024;

export interface LimitInput {
  /** What happened since the last look, seconds summed over the streams of each end. */
  readonly source: StageTimes;
  readonly destination: StageTimes;
  readonly wallSeconds: number;
  readonly files: number;
  readonly bytes: number;
  /** Nothing can be asked for because the listing has not come so far. */
  readonly isStarved: boolean;
  /** It is known that more connections would be faster. */
  readonly isMoreBetter: boolean;
}

/**
 * Names what holds a copy back, from times measured on both ends. Both ends work synchronously in one
 * thread each, so time at work over wall time is how busy an end is.
 */
export function limitedBy(input: LimitInput): LimitedBy {
  const { source, destination, wallSeconds } = input;
  if (wallSeconds <= 0) return 'unknown';
  if (destination.limited / wallSeconds > LIMITED) return 'own-limit';
  if (source.limited / wallSeconds > LIMITED) return 'peer-limit';
  const sourceBusy = working(source) / wallSeconds;
  const destinationBusy = working(destination) / wallSeconds;
  if (Math.max(sourceBusy, destinationBusy) < BUSY) return whatIsBetween(input);
  const isSmall = input.files > 20 && input.bytes / input.files < SMALL_FILE_BYTES;
  if (destinationBusy >= sourceBusy) {
    if (isSmall) return 'small-files';
    return isDisk(destination) ? 'destination-disk' : 'destination-cpu';
  }
  if (source.listing > source.disk + source.hash + source.socket) return 'listing';
  if (isSmall) return 'small-files';
  return isDisk(source) ? 'source-disk' : 'source-cpu';
}

/** Nothing but what lies between the ends holds a copy back: no limit, and both ends have time to spare. */
export function isLinkBound({
  source,
  destination,
  wallSeconds,
}: Pick<LimitInput, 'source' | 'destination' | 'wallSeconds'>): boolean {
  if (wallSeconds <= 0) return false;
  const isLimited = Math.max(source.limited, destination.limited) / wallSeconds > LIMITED;
  return !isLimited && Math.max(working(source), working(destination)) / wallSeconds < BUSY;
}

function whatIsBetween({ isStarved, isMoreBetter }: LimitInput): LimitedBy {
  if (isStarved) return 'listing';
  return isMoreBetter ? 'one-stream' : 'link';
}

function working(times: StageTimes): number {
  return times.disk + times.hash + times.socket + times.listing + times.sync;
}

function isDisk(times: StageTimes): boolean {
  return times.disk + times.sync > times.hash + times.socket;
}

/** `a - b`, stage by stage. */
export function subtractTimes(a: StageTimes, b: StageTimes): StageTimes {
  return {
    disk: a.disk - b.disk,
    hash: a.hash - b.hash,
    socket: a.socket - b.socket,
    waiting: a.waiting - b.waiting,
    limited: a.limited - b.limited,
    listing: a.listing - b.listing,
    sync: a.sync - b.sync,
  };
}
