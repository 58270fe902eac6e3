import type { ByteName, BytePath } from '../wire/byte-name.ts';

/** What of a folder is to be listed: names, each with what of it is; null is everything below. */
export type Wanted = ReadonlyMap<ByteName, Wanted | null>;

type Growing = Map<ByteName, Growing | null>;

/** Stands for all children of a folder whose names could not be read, as a walk lists it. */
const EVERYTHING = '*';

/** Only these entries and the folders on the way to them. A path that another one begins with brings all below it. */
export function wantedOf(paths: readonly BytePath[]): Wanted {
  const wanted: Growing = new Map();
  for (const path of paths) {
    const isWhole = path.length > 1 && path.at(-1) === EVERYTHING;
    const last = path.length - (isWhole ? 2 : 1);
    let at: Growing | null = wanted;
    for (const [depth, name] of path.entries()) {
      if (at === null || depth > last) break;
      const below: Growing | null | undefined = at.get(name);
      if (below === null) break;
      const next: Growing | null = depth === last ? null : (below ?? new Map());
      at.set(name, next);
      at = next;
    }
  }
  return wanted;
}
