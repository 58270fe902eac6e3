/** A part of a file; a `Blob` is one. */
export interface HeldSlice {
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A file as browsers have it; a `File` is one. */
export interface HeldContent {
  readonly size: number;
  /** Unix ms. */
  readonly lastModified: number;
  slice(start: number, end: number): HeldSlice;
}

/** A file that a page may read. */
export interface HeldFile {
  readonly kind: 'file';
  readonly name: string;
  /**
   * Its content as it is now, or (`known`) as it was looked at last. Rejects with a DOMException: `NotFoundError`
   * when it is gone.
   */
  content(from: 'known' | 'now'): Promise<HeldContent>;
}

/** A folder that a page may read. */
export interface HeldFolder {
  readonly kind: 'folder';
  readonly name: string;
  /** What is in it; looked at once. Rejects with a DOMException where it cannot be read. */
  children(): Promise<readonly HeldEntry[]>;
}

export type HeldEntry = HeldFile | HeldFolder;

/** What a browser does not tell: to be said before anything is sent. */
export interface SelectionWarnings {
  /** A browser follows symbolic links: what they point to is sent, if it can be read at all. */
  readonly links: 'unknown';
  /** Modes, owners and times of folders; files get 0644. */
  readonly modes: 'lost';
  /** A picked folder comes without the empty folders in it, a dropped one with them. */
  readonly emptyFolders: 'kept' | 'lost';
}

export interface SelectionCount {
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  /** Names with characters that the browser could not read and has replaced. */
  readonly oddNames: number;
  /** Folders and files that cannot be read. */
  readonly unreadable: number;
  readonly complete: boolean;
}

/** Whether an error of the browser says that something is not there any more. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && error.name === 'NotFoundError';
}
