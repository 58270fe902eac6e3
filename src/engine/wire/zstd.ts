/**
 * Largest window of compressed content, as a power of two: a block has 1 MiB, so a larger one gains nothing, and
 * a decoder takes that much memory for it before it has seen a byte.
 */
export const MAX_WINDOW_LOG = 20;

/** What a want says of how its answer may be coded. */
export const CODING = {
  /** As it is. */
  raw: 0,
  /** Compressed, where the source finds that it pays on this way. */
  mayCompress: 1,
  /** Compressed wherever it becomes smaller. */
  compress: 2,
} as const;

export type Coding = (typeof CODING)[keyof typeof CODING];

/** The coding of a number from the wire; null for one that is none. */
export function toCoding(value: number): Coding | null {
  return value === CODING.raw || value === CODING.mayCompress || value === CODING.compress ? value : null;
}
