import { constants } from 'node:fs';
import { access, lstat, opendir, realpath } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { CopyPlace } from '../shared/browse.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import type { Place, PlaceEntry, RootPlace } from '../shared/place.ts';

/** A page shows a folder in one list; who has more than this in one folder picks it whole. */
const MAX_LISTED = 10_000;
/** Components of a path that are looked at; no honest path is deeper. */
const MAX_DEPTH = 256;

export interface PlaceRoots {
  readonly inbox: () => string;
  /** `--web-root`; null without. */
  readonly web: string | null;
}

/** The folders of this machine that pages in browsers may name: by root, never by absolute path. */
export class Places {
  readonly #roots: PlaceRoots;

  constructor(roots: PlaceRoots) {
    this.#roots = roots;
  }

  /** The folders a page may look into; those that are not there are left out. */
  async roots(): Promise<readonly { root: string; name: string; writable: boolean }[]> {
    const shown = [];
    for (const root of ['inbox', 'web']) {
      const path = this.#pathOf(root);
      if (path === null) continue;
      const stat = await lstat(await realpath(path).catch(() => path)).catch(() => null);
      if (stat?.isDirectory() !== true) continue;
      shown.push({ root, name: basename(path) || path, writable: await this.canWrite(path) });
    }
    return shown;
  }

  /**
   * Where a place is, as an absolute path. Below a root the way is walked: a link that leads out of the root is
   * refused, one that stays in it is taken. What does not exist yet may be named, to be created.
   * Throws Failure `no-such-path` (no such root), `no-permission` (outside), `usage` (no way at all).
   */
  async resolve(place: Place): Promise<string> {
    if (typeof place === 'string') {
      if (!isAbsolute(place)) throw new Failure('usage', { subject: place, reason: 'path is not absolute' });
      return place;
    }
    const rootPath = this.#pathOf(place.root);
    if (rootPath === null) throw new Failure('no-such-path', { subject: place.root });
    const root = await realpath(rootPath).catch((error: unknown) => {
      throw notFound(error, rootPath);
    });
    const names = splitPath(place);
    let at = root;
    for (const [index, name] of names.entries()) {
      const next = join(at, name);
      const stat = await lstat(next).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw toFailure(error, next);
      });
      // from here on there is nothing that could be a link
      if (stat === null) return join(next, ...names.slice(index + 1));
      at = stat.isSymbolicLink() ? await followInside(next, root) : next;
    }
    return at;
  }

  /** Where a place of a copy is on this machine. Throws as {@link Places.resolve}. */
  async resolveHere({ share, path }: CopyPlace): Promise<string> {
    const way = path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
    return await this.resolve(share === null ? way : { root: share, path: way === '/' ? '' : way });
  }

  /** Whether this device's own user may write into a folder. */
  async canWrite(path: string): Promise<boolean> {
    return await access(path, constants.W_OK).then(
      () => true,
      () => false,
    );
  }

  /**
   * What is in a folder, folders first, then by name; `complete` is false when there is more than is listed.
   * Throws Failure as {@link Places.resolve} does.
   */
  async list(place: RootPlace): Promise<{ entries: readonly PlaceEntry[]; complete: boolean }> {
    const folder = await this.resolve(place);
    const entries: PlaceEntry[] = [];
    try {
      // closed by the end of the loop, however it ends
      for await (const { name } of await opendir(folder)) {
        if (entries.length >= MAX_LISTED) return { entries: sorted(entries), complete: false };
        const entry = await describe(folder, name);
        if (entry !== null) entries.push(entry);
      }
    } catch (error) {
      throw notFound(error, folder);
    }
    return { entries: sorted(entries), complete: true };
  }

  #pathOf(root: string): string | null {
    if (root === 'inbox') return resolve(this.#roots.inbox());
    return root === 'web' && this.#roots.web !== null ? resolve(this.#roots.web) : null;
  }
}

/** Throws Failure `no-permission` for what no honest page sends. */
function splitPath({ path }: RootPlace): readonly string[] {
  if (path === '') return [];
  const names = path.split('/');
  const isFine = (name: string): boolean =>
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    !name.includes('\0') &&
    (sep === '/' || !/[\\:]/.test(name));
  if (names.length > MAX_DEPTH || !names.every(isFine)) throw new Failure('no-permission', { subject: path });
  return names;
}

async function followInside(link: string, root: string): Promise<string> {
  const target = await realpath(link).catch((error: unknown) => {
    throw notFound(error, link);
  });
  const way = relative(root, target);
  const isInside = way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  if (!isInside) throw new Failure('no-permission', { subject: link, reason: 'leads out of the folder' });
  return target;
}

function notFound(error: unknown, path: string): Failure {
  const failure = toFailure(error, path, 'io');
  const isGone = failure.code === 'vanished' || failure.reason === 'ENOTDIR';
  return isGone ? new Failure('no-such-path', { subject: path }, error) : failure;
}

/** Null for what went away meanwhile. */
async function describe(folder: string, name: string): Promise<PlaceEntry | null> {
  const stat = await lstat(join(folder, name)).catch(() => null);
  // a name that is not text comes with replacement characters, and then there is no such file: no page can name it
  if (stat === null) return null;
  const type = stat.isDirectory()
    ? 'folder'
    : stat.isFile()
      ? 'file'
      : stat.isSymbolicLink()
        ? 'link'
        : 'special';
  return { name, type, bytes: stat.isFile() ? stat.size : 0, mtimeMs: Math.round(stat.mtimeMs) };
}

function sorted(entries: readonly PlaceEntry[]): readonly PlaceEntry[] {
  const rank = ({ type }: PlaceEntry): number => (type === 'folder' ? 0 : 1);
  return entries.toSorted(
    (left, right) =>
      rank(left) - rank(right) || (left.name < right.name ? -1 : left.name > right.name ? 1 : 0),
  );
}
