/** A folder or file of this machine by a root it shows to pages: `inbox`, or `web` (`--web-root`). */
export interface RootPlace {
  readonly root: string;
  /** '/'-separated, relative to the root, without `..`; empty is the root itself. */
  readonly path: string;
}

/** Where something is on this machine: an absolute path, or for a page in a browser a root and a path in it. */
export type Place = string | RootPlace;

/** One line of a listed folder. */
export interface PlaceEntry {
  readonly name: string;
  /** Exact bytes, present only where `name` is an escaped form. */
  readonly nameBase64?: string;
  readonly type: 'file' | 'folder' | 'link' | 'special';
  readonly bytes: number;
  /** Unix ms. */
  readonly mtimeMs: number;
}
