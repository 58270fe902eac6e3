/** What a person may ask of a copy; the same at every entry point (flags, app, wire). */

export const CONFLICT_POLICIES = ['ask', 'skip', 'replace', 'keep-both', 'newer', 'fail'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

export type StreamChoice = 'auto' | number;

/** A piece of one file that goes into another one, of which the rest stays as it is. All in bytes. */
export interface CopyRange {
  /** Where it begins at the source. */
  readonly offset: number;
  /** At least one. */
  readonly length: number;
  /** Where it begins in the target. What lies between its end and there becomes a hole. */
  readonly to: number;
  /** Written into the target itself; otherwise into a copy of it, which takes its place when it is whole. */
  readonly inPlace: boolean;
}

export interface CopyOptions {
  readonly onConflict: ConflictPolicy;
  /** Bytes per second; null is unlimited. */
  readonly limitBytesPerSecond: number | null;
  readonly streams: StreamChoice;
  readonly compress: 'auto' | 'on' | 'off';
  /** Compare content, not size and mtime, to decide that a target is identical. */
  readonly checksum: boolean;
  readonly delta: boolean;
  readonly reuse: boolean;
  /** Read the destination back from disk. */
  readonly verify: boolean;
  /** Also over a network that is metered or leads out of the house; false: a person is asked first. */
  readonly anyNetwork: boolean;
  /** Walk and report, move nothing. */
  readonly dryRun: boolean;
  /** Of orders: only this piece of the one file that is named. Absent or null is all of everything. */
  readonly range?: CopyRange | null | undefined;
}

export const DEFAULT_COPY_OPTIONS: CopyOptions = {
  onConflict: 'fail',
  limitBytesPerSecond: null,
  streams: 'auto',
  compress: 'auto',
  checksum: false,
  delta: true,
  reuse: true,
  verify: false,
  anyNetwork: true,
  dryRun: false,
};

/** Most streams a job may use. */
export const MAX_STREAMS = 16;
