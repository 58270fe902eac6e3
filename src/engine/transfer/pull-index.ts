import { setTimeout as delay } from 'node:timers/promises';
import type { DeviceId } from '../../shared/ids.ts';
import type { FolderTable } from '../disk/folder-table.ts';
import type { SpaceLedger } from '../disk/space-ledger.ts';
import type { Arrivals } from '../reuse/arrivals.ts';
import type { KnownFiles } from '../reuse/known-files.ts';
import type { EntryList } from './entry-list.ts';
import type { IndexDoor } from './index-door.ts';
import type { SharedPace } from './shared-pace.ts';

/** How long a worker that ends still tells what its jobs have brought. */
const GRACE_MS = 500;

/** What one pull has to do with the index of known files. */
export interface PullIndex {
  readonly known: KnownFiles;
  /** Tells what came, once the job has ended. Takes over `folders`. */
  tell(arrivals: Arrivals, folders: FolderTable): void;
}

/** What a pull works with, beside its order. */
export interface PullMeans {
  readonly ledger: SpaceLedger;
  /** Of all that this engine moves. */
  readonly pace: SharedPace;
  /** Where its entries are written down for people; null: nowhere. */
  readonly list: EntryList | null;
  readonly index: PullIndex | null;
}

/** Telling the index what came, for all pulls of a worker: it goes on when they have ended. The owner calls `close`. */
export class WorkerTelling {
  readonly #door: IndexDoor;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(door: IndexDoor) {
    this.#door = door;
  }

  /** The index as a pull from `peer` uses it. */
  forPeer(peer: DeviceId): PullIndex {
    return {
      known: this.#door.forPeer(peer),
      tell: (arrivals, folders) => {
        const add: Parameters<Arrivals['tell']>[1] = (files) => this.#door.add(peer, files);
        const running = this.#door.telling(() => arrivals.tell(folders, add, this.#stop.signal));
        this.#running.add(running);
        void running.finally(() => this.#running.delete(running));
      },
    };
  }

  /** Ends it soon; what is not told by then is simply not known. */
  async close(): Promise<void> {
    if (this.#running.size === 0) return;
    const all = Promise.all(this.#running);
    await Promise.race([all, delay(GRACE_MS)]);
    this.#stop.abort();
    await all;
  }
}
