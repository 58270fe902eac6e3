import type { VersionFields } from '../disk/stat.ts';
import type { BytePath } from '../wire/byte-name.ts';
import type { Outcome } from '../wire/data-run-table.ts';
import type { WantBlock, WantGroup, WantHash } from '../wire/data-wants.ts';
import type { ListingRecord } from '../wire/listing-page.ts';

/** Told how long each kind of work took, so a job can say what limits it. `startMs` is performance.now(). */
export interface StageTimer {
  /** Adds the time since `startMs` to a stage and returns now. */
  since(stage: 'disk' | 'write' | 'hash', startMs: number): number;
}

/** In place of a record: there will be more, only not yet. */
export const LATER = 'later';
export type Later = typeof LATER;

/** What sets a source apart that somebody else holds: it may be slow, and it may be away. */
export interface RemoteSource {
  /** Nothing can be listed or read until it is back. */
  readonly isAway: boolean;
  /** Reads worth having under way at once on each connection. */
  readonly readsAtOnce: number;
  /** Calls `listener` (one, until another is set) when it goes or comes back, and when there is more to list. */
  watch(listener: () => void): void;
}

/** A run as read: what became of each file, and how many bytes of content they left in the buffer. */
export interface RunRead {
  readonly outcomes: readonly Outcome[];
  readonly length: number;
}

/** What tells on a disk that a file is still the one that was hashed. */
export interface HashedFile extends VersionFields {
  readonly inode: string;
  /** Absolute, exact bytes. */
  readonly path: Uint8Array;
}

/**
 * Where content comes from: a tree on disk, or (for a browser page) files that somebody else holds.
 * It keeps nothing per entry: every want names path and version.
 */
export interface Source {
  /** Absent: everything is answered at once, from here. */
  readonly remote?: RemoteSource;
  /** Content it may serve whatever it has listed; absent is none. */
  readonly servesBytes?: number;
  /** Lists everything, once per call; pulled page by page. Only a remote source says `later`. */
  records(): Iterator<ListingRecord | Later, void>;
  /** Reads one block into the start of `into`. `ok.length` is the want's length. */
  readBlock(
    want: WantBlock,
    into: Buffer,
    timer: StageTimer,
    signal: AbortSignal,
  ): Outcome | Promise<Outcome>;
  /** Reads small files one after the other into `into`. */
  readRun(
    groups: readonly WantGroup[],
    into: Buffer,
    timer: StageTimer,
    signal: AbortSignal,
  ): RunRead | Promise<RunRead>;
  /** Hash of a whole file (see wire/block-hash.ts), or why there is none. */
  hashFile(
    want: WantHash,
    timer: StageTimer,
    signal: AbortSignal,
  ): Promise<{ readonly hash: Buffer } | { readonly outcome: Outcome }>;
  /** A file as it is now, where the source is a disk and that can be told; null otherwise. */
  look?(path: BytePath): HashedFile | null;
  close(): void;
}
