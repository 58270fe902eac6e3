import type { VersionFields } from '../disk/stat.ts';

/** A file of this machine whose content Ferry has seen; true as long as a stat says the same. */
export interface KnownFile extends VersionFields {
  /** Device and inode, as a stat gives them. */
  readonly inode: string;
  /** Absolute, exact bytes. */
  readonly path: Uint8Array;
  /** Of the whole file (wire/block-hash.ts), 32 bytes; null where nobody has computed it yet. */
  readonly hash: Uint8Array | null;
}

/** A file whose content might be here under another name. */
export interface WantedContent {
  readonly size: number;
  readonly mtimeSec: number;
  readonly mtimeNs: number;
  /** What has its size may have its content; else only what has its time too. */
  readonly isAnyTime: boolean;
}

/** The index of known files, as one job may use it. No call throws; what cannot be answered is empty. */
export interface KnownFiles {
  /** Files whose content the peer of this job may have told it from, and that may be what is wanted. */
  find(wanted: readonly WantedContent[]): Promise<readonly KnownFile[]>;
  /** These are not as they were known. */
  forget(inodes: readonly string[]): void;
}
