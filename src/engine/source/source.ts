import type { Outcome } from '../wire/data-run-table.ts';
import type { WantBlock, WantGroup, WantHash } from '../wire/data-wants.ts';
import type { ListingRecord } from '../wire/listing-page.ts';

/** Told how long each kind of work took, so a job can say what limits it. `startMs` is performance.now(). */
export interface StageTimer {
  /** Adds the time since `startMs` to a stage and returns now. */
  since(stage: 'disk' | 'hash', startMs: number): number;
}

/** A run as read: what became of each file, and how many bytes of content they left in the buffer. */
export interface RunRead {
  readonly outcomes: readonly Outcome[];
  readonly length: number;
}

/**
 * Where content comes from: a tree on disk, or (for a browser page) files that somebody else holds.
 * It keeps nothing per entry: every want names path and version.
 */
export interface Source {
  /** Lists everything, once per call; pulled page by page. */
  records(): Iterator<ListingRecord, void>;
  /** Reads one block into the start of `into`. `ok.length` is the want's length. */
  readBlock(want: WantBlock, into: Buffer, timer: StageTimer): Outcome | Promise<Outcome>;
  /** Reads small files one after the other into `into`. */
  readRun(groups: readonly WantGroup[], into: Buffer, timer: StageTimer): RunRead | Promise<RunRead>;
  /** Hash of a whole file (see wire/block-hash.ts), or why there is none. */
  hashFile(
    want: WantHash,
    timer: StageTimer,
    signal: AbortSignal,
  ): Promise<{ readonly hash: Buffer } | { readonly outcome: Outcome }>;
  close(): void;
}
