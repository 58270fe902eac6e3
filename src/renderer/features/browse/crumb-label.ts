import type { Crumb } from '../../format/places.ts';
import type { Translate } from '../../i18n/translate.ts';

/** Names of this device's roots, by root: what a page calls its places. */
export type RootNames = Readonly<Record<string, string>>;

/** What a step on the way to a place is called here; still to be shown as a name. */
export function crumbLabel({ name, place }: Crumb, roots: RootNames, t: Translate): string {
  if (name === '') return t(place.peer === null ? 'browse.places' : 'browse.shares');
  const isRoot = place.peer === null && place.share !== null && place.path === '';
  return isRoot ? (roots[place.share ?? ''] ?? name) : name;
}
