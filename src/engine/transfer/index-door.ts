import type { DeviceId } from '../../shared/ids.ts';
import type { KnownFile, KnownFiles, WantedContent } from '../reuse/known-files.ts';
import type { IndexRequest } from './worker-messages.ts';

/** A data worker's way to the index of known files, which only the state worker holds. */
export class IndexDoor {
  readonly #post: (request: IndexRequest) => void;
  readonly #calls = new Map<number, (files: readonly KnownFile[]) => void>();
  #nextCall = 1;

  constructor(post: (request: IndexRequest) => void) {
    this.#post = post;
  }

  /** The index as a job from `peer` may use it. */
  forPeer(peer: DeviceId): KnownFiles {
    return {
      find: (wanted) => this.#find(peer, wanted),
      forget: (inodes) => this.#post({ kind: 'index-forget', inodes }),
    };
  }

  #find(peer: DeviceId, wanted: readonly WantedContent[]): Promise<readonly KnownFile[]> {
    return this.#call((call) => ({ kind: 'index-find', call, peer, wanted }));
  }

  /** What is known of files, by inode. */
  known(inodes: readonly string[]): Promise<readonly KnownFile[]> {
    return this.#call((call) => ({ kind: 'index-known', call, inodes }));
  }

  /** Never stays open: the engine answers what it cannot find with nothing. */
  #call(make: (call: number) => IndexRequest): Promise<readonly KnownFile[]> {
    const call = this.#nextCall++;
    return new Promise((resolve) => {
      this.#calls.set(call, resolve);
      this.#post(make(call));
    });
  }

  /** Notes files that `sender` has sent; null: that were hashed here, as a source. Resolves when it is done. */
  async add(sender: DeviceId | null, files: readonly KnownFile[]): Promise<void> {
    if (files.length > 0) await this.#call((call) => ({ kind: 'index-add', call, sender, files }));
  }

  /** Runs what adds many; whoever looks for something meanwhile waits for it. */
  async telling(work: () => Promise<void>): Promise<void> {
    this.#post({ kind: 'index-telling', isTelling: true });
    try {
      await work();
    } finally {
      this.#post({ kind: 'index-telling', isTelling: false });
    }
  }

  answer(call: number, files: readonly KnownFile[]): void {
    this.#calls.get(call)?.(files);
    this.#calls.delete(call);
  }
}
