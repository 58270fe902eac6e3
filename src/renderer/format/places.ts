import type { CopyPlace } from '../../shared/browse.ts';

/** Places in a two-pane view: what is above and below them, and how they are read. Pure. */

/** One step on the way to a place. */
export interface Crumb {
  /** Raw; the first one of a device is ''. */
  readonly name: string;
  readonly place: CopyPlace;
}

/** Where this device begins for a page (a list of roots), and another device for everyone (a list of shares). */
export function topOf(peer: string | null): CopyPlace {
  return { peer, share: null, path: '' };
}

/** An absolute path of this device, as the desktop names places. */
export function isAbsolute({ peer, share, path }: CopyPlace): boolean {
  return peer === null && share === null && path !== '';
}

/** Names the same thing twice the same way; for keys and comparisons. */
export function placeKey({ peer, share, path }: CopyPlace): string {
  return JSON.stringify([peer, share, path]);
}

/** `C:\\Users` and `/home` are split alike; what stands before the first name stays with it. */
function splitAbsolute(path: string): { readonly root: string; readonly names: readonly string[] } {
  const drive = /^[A-Za-z]:[\\/]/.exec(path)?.[0];
  const root = drive ?? '/';
  const rest = path.slice(drive === undefined ? 0 : drive.length);
  return { root, names: rest.split(drive === undefined ? '/' : /[\\/]/).filter((name) => name !== '') };
}

function joinAbsolute(root: string, names: readonly string[]): string {
  return `${root}${names.join(root.endsWith('\\') ? '\\' : '/')}`;
}

/** What is called `name` in the folder `place`. */
export function childOf(place: CopyPlace, name: string): CopyPlace {
  if (isAbsolute(place)) {
    const { root, names } = splitAbsolute(place.path);
    return { ...place, path: joinAbsolute(root, [...names, name]) };
  }
  if (place.share === null) return { ...place, share: name };
  return { ...place, path: place.path === '' ? name : `${place.path}/${name}` };
}

/** Every step from the top of a device to `place`, itself included. */
export function crumbsOf(place: CopyPlace): readonly Crumb[] {
  if (isAbsolute(place)) {
    const { root, names } = splitAbsolute(place.path);
    return [
      { name: root, place: { ...place, path: root } },
      ...names.map((name, index) => ({
        name,
        place: { ...place, path: joinAbsolute(root, names.slice(0, index + 1)) },
      })),
    ];
  }
  const top = { name: '', place: topOf(place.peer) };
  if (place.share === null) return [top];
  const names = place.path.split('/').filter((name) => name !== '');
  return [
    top,
    { name: place.share, place: { ...place, path: '' } },
    ...names.map((name, index) => ({
      name,
      place: { ...place, path: names.slice(0, index + 1).join('/') },
    })),
  ];
}

/** The folder that holds `place`; null at the top. */
export function parentOf(place: CopyPlace): CopyPlace | null {
  return crumbsOf(place).at(-2)?.place ?? null;
}

/** Whether things can be in it: a list of shares or roots holds those only. */
export function isFolderPlace(place: CopyPlace): boolean {
  return place.share !== null || isAbsolute(place);
}

/** Whether `place` is `folder` or somewhere below it. */
export function isWithin(place: CopyPlace, folder: CopyPlace): boolean {
  return crumbsOf(place).some((crumb) => placeKey(crumb.place) === placeKey(folder));
}
