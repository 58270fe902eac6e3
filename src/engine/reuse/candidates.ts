import { AT_FDCWD } from '../disk/libc.ts';
import { isSameTime, isSameVersion, type Stat, statAt, statFd } from '../disk/stat.ts';
import type { FileVersion } from '../wire/data-version.ts';
import type { KnownFile, KnownFiles } from './known-files.ts';

/** Candidates of unknown content that are tried for one file: each has to be read. */
const MAX_TRIED = 8;
const MAX_TRIED_BYTES = 8 * 1024 * 1024;
/** Files of which is remembered whether they are still there; then it begins anew. */
const MAX_REMEMBERED = 50_000;

/** Known files that are still what they were, by size. Rows are believed only after a look at the file. */
export class Candidates {
  readonly #known: KnownFiles;
  readonly #bySize = new Map<number, Map<string, KnownFile>>();
  #count = 0;

  constructor(known: KnownFiles) {
    this.#known = known;
  }

  /** Takes rows of the index; those that do not hold any more are forgotten there too. */
  add(files: readonly KnownFile[]): void {
    const stale: string[] = [];
    if (this.#count > MAX_REMEMBERED) this.#clear();
    for (const file of files) {
      let ofSize = this.#bySize.get(file.size);
      if (ofSize?.has(file.inode) === true) continue;
      if (!isThere(file)) {
        stale.push(file.inode);
        continue;
      }
      if (ofSize === undefined) this.#bySize.set(file.size, (ofSize = new Map()));
      ofSize.set(file.inode, file);
      this.#count += 1;
    }
    if (stale.length > 0) this.#known.forget(stale);
  }

  /** A file of unknown content was read. */
  learn(file: KnownFile, hash: Buffer): void {
    this.#bySize.get(file.size)?.set(file.inode, { ...file, hash });
  }

  #clear(): void {
    this.#bySize.clear();
    this.#count = 0;
  }

  /** The most likely ones first: those of the same time. Without `isAnyTime` no others. */
  of(version: FileVersion, isAnyTime: boolean): readonly KnownFile[] {
    const sameTime: KnownFile[] = [];
    const others: KnownFile[] = [];
    for (const file of this.#bySize.get(version.size)?.values() ?? []) {
      (isSameTime(file, version) ? sameTime : others).push(file);
    }
    return isAnyTime ? [...sameTime, ...others] : sameTime;
  }
}

/** Of these, the ones worth reading once the hash is known. */
export function worthTrying(files: readonly KnownFile[], hash: Buffer): readonly KnownFile[] {
  const proven = files.filter((file) => file.hash !== null && hash.equals(file.hash));
  if (proven.length > 0) return proven.slice(0, 2);
  const size = files[0]?.size ?? 0;
  const most = Math.max(1, Math.min(MAX_TRIED, Math.floor(MAX_TRIED_BYTES / Math.max(1, size))));
  return files.filter((file) => file.hash === null).slice(0, most);
}

/** Whether an open file is the known one, unchanged. */
export function isStill(fd: number, file: KnownFile): boolean {
  return isSame(statFd(fd), file);
}

function isThere(file: KnownFile): boolean {
  try {
    const stat = statAt(AT_FDCWD, Buffer.from(file.path).toString('latin1'), () => Buffer.from(file.path));
    return stat !== null && isSame(stat, file);
  } catch {
    return false;
  }
}

function isSame(stat: Stat, file: KnownFile): boolean {
  return stat.type === 'file' && stat.inode === file.inode && isSameVersion(stat, file);
}
