/** An old and a new version of one file, and how well Ferry must bring the one to the other. */
export interface EditedCase {
  readonly name: string;
  readonly describes: string;
  readonly bytes: number;
  /** Writes both versions; `scale` makes everything smaller for a quick look. */
  create(oldPath: string, newPath: string, scale: number): void;
  /** Framed bytes on the wire at most. */
  readonly wireBound: (sizes: { readonly newBytes: number; readonly rsyncWireBytes: number }) => number;
  /** A slow link to measure it over; absent: loopback. */
  readonly link?: { readonly bitsPerSecond: number; readonly roundTripMs: number };
  /** Of rsync's time, at most; null where the comparison is with a copy of the whole file. */
  readonly timeRatio: number | null;
}
