/** What a copy would meet at its destination, page by page as it is listed; shown before anything moves. */
export interface Preflight {
  /** Content that is not there yet, and what is free for it; null where that cannot be told. */
  readonly neededBytes: number;
  readonly freeBytes: number | null;
  /** The same for files, folders and links; null where a file system has no fixed number of them. */
  readonly neededNames: number;
  readonly freeNames: number | null;
  /** As people call it: `ext4`, `vfat`; null where it is not known. */
  readonly fileSystem: string | null;
  /** The largest file it can hold; null is more than anybody has. */
  readonly maxFileBytes: number | null;
  /** Whether this user may write there. */
  readonly canWrite: boolean;
  /** Whether what is replaced goes to a trash. */
  readonly hasTrash: boolean;
  readonly links: number;
  /** Listed and never copied: sockets, devices, pipes. */
  readonly specials: number;
  /** The source cannot read them. */
  readonly unreadable: number;
  /** Files larger than the file system holds. */
  readonly tooLarge: number;
  /** Names it cannot hold. */
  readonly badNames: number;
  /** Names that are one name there: they differ in case, or in how accents are written. */
  readonly collisions: number;
}
