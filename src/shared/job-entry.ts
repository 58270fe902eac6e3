import type { FailureCode } from './failure.ts';

/** What became of one entry of a job, or what is to. */
export type EntryState =
  /** Its turn is still to come. */
  | 'waiting'
  | 'copied'
  /** It was there already and stayed. */
  | 'there'
  /** See its code; the problems of the job say more. */
  | 'problem'
  /** The job ended before. */
  | 'not-copied';

/** One entry of a job, as people look at it. */
export interface JobEntry {
  /** As in a problem. */
  readonly path: string;
  readonly pathBase64?: string;
  readonly type: 'file' | 'folder' | 'link' | 'special';
  readonly bytes: number;
  readonly state: EntryState;
  /** What was wrong with it, as far as it is known. */
  readonly code: FailureCode | null;
}

/** One page of a job's entries, in the order in which they are listed. */
export interface JobEntryPage {
  readonly entries: readonly JobEntry[];
  /** Listed so far and kept, at most MAX_LISTED_ENTRIES; 0 where nothing is kept. */
  readonly total: number;
}

/** How many entries of one job are kept to be looked at: a list of more would be higher than browsers can draw. */
export const MAX_LISTED_ENTRIES = 500_000;
