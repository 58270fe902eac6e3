/**
 * How the hash of a line is made. `content`: BLAKE3 of the file, as `b3sum` prints it. `blocks`: BLAKE3 over the
 * BLAKE3 of each MiB and the length, as docs/protocol.md has it, which is not what `b3sum` prints.
 */
export type ManifestHash = 'content' | 'blocks';

/** A file of a job, with the hash that its content had when it came. */
export interface ManifestFile {
  /** Below the folder that the job went into, with the name that it has there. */
  readonly path: string;
  /** The exact bytes, where the path is not UTF-8. */
  readonly pathBase64?: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  /** 64 hexadecimal digits. */
  readonly hash: string;
  readonly by: ManifestHash;
  /** Only this piece of the file came, and is what the hash is of; null is all. */
  readonly piece: { readonly at: number; readonly length: number } | null;
}

/** A part of the list; the files are in byte order of their paths over all parts. */
export interface ManifestPage {
  readonly files: readonly ManifestFile[];
  readonly totalFiles: number;
  readonly totalBytes: number;
  /** Files of the job that have no hash here: they were there before, or there were too many to keep one of each. */
  readonly unproven: number;
  /** The part after this one; null: this is the last. */
  readonly next: number | null;
}
