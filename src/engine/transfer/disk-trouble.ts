import type { Failure, FailureCode, FailureData } from '../../shared/failure.ts';

/** What stops a copy at its destination for as long as it lasts. */
export interface DiskTrouble {
  readonly why: FailureData;
  /** What is listed and not written: bytes, and names. */
  readonly neededBytes: number;
  readonly neededNames: number;
  /** A sync has failed: nothing counts that has no name yet, nor what was claimed. */
  readonly isDistrusted: boolean;
}

const NO_ROOM: ReadonlySet<FailureCode> = new Set(['no-space', 'no-inodes', 'over-quota']);
const BAD_DISK: ReadonlySet<FailureCode> = new Set(['read-only', 'io', 'destination-gone']);

/** Whether there is only no room: anything else about a disk is its own trouble. */
export function isNoRoom({ code }: Pick<FailureData, 'code'>): boolean {
  return NO_ROOM.has(code);
}

/**
 * Whether a copy waits until this is over instead of ending.
 * @param hasBegun a destination that cannot be used from the start is somebody's mistake, and is said at once.
 */
export function isDiskTrouble(failure: Failure, hasBegun: boolean): boolean {
  return NO_ROOM.has(failure.code) || (hasBegun && BAD_DISK.has(failure.code));
}
