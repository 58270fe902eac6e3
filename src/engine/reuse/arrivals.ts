import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FolderTable } from '../disk/folder-table.ts';
import { isSameTime } from '../disk/stat.ts';
import { hashOfOneBlock } from '../wire/block-hash.ts';
import type { ByteName } from '../wire/byte-name.ts';
import type { FileVersion } from '../wire/data-version.ts';
import { type Arrival, ArrivalList, type ArrivedHash } from './arrival-list.ts';
import type { KnownFile } from './known-files.ts';

/** Files of one job that are noted at most: as many as the index holds. */
const MAX_FILES = 200_000;
/** Files that are looked at between two turns of the loop, and told together. */
const BATCH_FILES = 500;

/** What a job has brought here. It is told to the index when the job has ended: nobody waits for that. */
export class Arrivals {
  readonly #files = new ArrivalList();

  note(
    { folder, name }: { readonly folder: number; readonly name: ByteName },
    { size, mtimeSec, mtimeNs }: FileVersion,
    hash: ArrivedHash,
  ): void {
    if (size === 0 || this.#files.length >= MAX_FILES) return;
    this.#files.push({ folder, name, size, mtimeSec, mtimeNs, hash });
  }

  get isEmpty(): boolean {
    return this.#files.length === 0;
  }

  /**
   * Looks at each file in its place and tells `add` of those that are what came. Takes over `folders` and closes
   * it. Never rejects; ends early with `signal`.
   */
  async tell(
    folders: FolderTable,
    add: (files: readonly KnownFile[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      for (let at = 0; at < this.#files.length && !signal.aborted; at += BATCH_FILES) {
        // One batch at a time: whoever looks for something meanwhile comes next.
        await add(this.#look(folders, this.#files.slice(at, BATCH_FILES)));
        await nextTurn();
      }
    } finally {
      folders.close();
    }
  }

  #look(folders: FolderTable, arrivals: readonly Arrival[]): KnownFile[] {
    const known: KnownFile[] = [];
    let last = -1;
    let folderPath: Buffer = Buffer.alloc(0);
    for (const { folder, name, hash, ...version } of arrivals) {
      try {
        const stat = folders.get(folder).statName(name);
        // Somebody else's file by now, or under another name.
        if (stat?.type !== 'file' || stat.size !== version.size || !isSameTime(stat, version)) continue;
        if (folder !== last) folderPath = folders.hostPath(folder);
        last = folder;
        const path = Buffer.concat([folderPath, Buffer.from(`/${name}`, 'latin1')]);
        const { inode, size, mtimeSec, mtimeNs, ctimeSec, ctimeNs } = stat;
        known.push({ inode, path, size, mtimeSec, mtimeNs, ctimeSec, ctimeNs, hash: fileHash(hash, size) });
      } catch {
        // What cannot be looked at is not known; nothing but speed is lost.
      }
    }
    return known;
  }
}

function fileHash(hash: ArrivedHash, size: number): Buffer {
  return 'ofFile' in hash ? hash.ofFile : hashOfOneBlock(hash.ofBlock, size);
}
