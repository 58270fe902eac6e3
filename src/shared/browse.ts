import type { PeerRef } from './engine-api.ts';

/**
 * Somewhere a copy can come from or go to. With a peer: a path in one of its shares (share null: its list of
 * shares). Without one, this device: an absolute path (share null), or a path in a root of `places.roots`.
 */
export interface CopyPlace {
  readonly peer: PeerRef | null;
  readonly share: string | null;
  /** '/'-separated. As a destination, one that ends in '/' is a folder to copy into, whether it is there or not. */
  readonly path: string;
}

/** Sources that one copy may name. */
export const MAX_COPY_SOURCES = 256;
/** Entries of one page of a listed folder. */
export const MAX_BROWSE_LIMIT = 10_000;
