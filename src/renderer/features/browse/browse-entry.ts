import type { CopyPlace } from '../../../shared/browse.ts';
import type { PlaceEntry } from '../../../shared/place.ts';

/** One line of a pane. */
export interface BrowseEntry {
  /** Unique in its folder. */
  readonly name: string;
  readonly type: PlaceEntry['type'] | 'share';
  /** Null: it has none, or nobody knows. */
  readonly bytes: number | null;
  /** Unix ms. */
  readonly mtimeMs: number | null;
  readonly place: CopyPlace;
  /** False: its name is not text, so only the folder that it is in can be named. */
  readonly canName: boolean;
}

/** Whether it can be opened. */
export function isOpenable({ type, canName }: BrowseEntry): boolean {
  return canName && (type === 'folder' || type === 'share');
}
