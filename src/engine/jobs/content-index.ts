import { setTimeout as delay } from 'node:timers/promises';
import { toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Log } from '../engine-options.ts';
import type { KnownFile } from '../reuse/known-files.ts';
import type { StateClient } from '../state/state-client.ts';
import type { IndexRequest } from '../transfer/worker-messages.ts';
import type { PeerBook } from './peer-book.ts';

/** How long after the end of a job searches wait for what it has brought. */
const MAX_WAIT_MS = 1_000;
/** Devices whose files are looked through for a device of the own, file by file. */
const MAX_OTHERS = 16;

interface IndexParts {
  readonly state: Pick<StateClient, 'contents'>;
  readonly peers: () => Pick<PeerBook, 'get' | 'list'>;
  /** Absolute path of the folder that takes offers. */
  readonly inbox: () => string;
  readonly shares: () => { readableBy(peer: DeviceId): readonly string[] };
  readonly log: Log;
}

/**
 * The index of known files as data workers may use it: what a device sent itself may be used for it again; for one
 * of the person's own also what lies in the inbox and in shares that it may read, whoever sent it.
 */
export class ContentIndex {
  readonly #parts: IndexParts;
  #telling = 0;
  #tellingSinceMs = 0;
  #onTold: (() => void)[] = [];

  constructor(parts: IndexParts) {
    this.#parts = parts;
  }

  /** Answers a request of a data worker. Never throws: without the index everything is simply sent. */
  handle(request: IndexRequest, answer: (files: readonly KnownFile[]) => void): void {
    const { contents } = this.#parts.state;
    switch (request.kind) {
      case 'index-find':
        void this.#find(request).then(answer);
        return;
      case 'index-known':
        void this.#or([], contents.known(request.inodes)).then(answer);
        return;
      case 'index-add': {
        const { sender, files } = request;
        const added = contents.add(files.map((file) => ({ ...file, sender })));
        void this.#or(null, added).then(() => answer([]));
        return;
      }
      case 'index-forget':
        void this.#or(null, contents.forget(request.inodes));
        return;
      case 'index-telling':
        this.#tell(request.isTelling);
    }
  }

  #tell(isTelling: boolean): void {
    if (isTelling && this.#telling === 0) this.#tellingSinceMs = performance.now();
    this.#telling += isTelling ? 1 : -1;
    if (this.#telling > 0) return;
    for (const onTold of this.#onTold) onTold();
    this.#onTold = [];
  }

  async #find({ peer, wanted }: IndexRequest & { kind: 'index-find' }): Promise<readonly KnownFile[]> {
    await this.#told();
    const roots = this.#openTo(peer).map((path) => Buffer.from(path.replace(/\/*$/, '/')));
    const others = roots.length === 0 ? [] : this.#othersThan(peer);
    return await this.#or([], this.#parts.state.contents.find({ sender: peer, roots, others, wanted }));
  }

  #othersThan(peer: DeviceId): readonly (DeviceId | null)[] {
    const ids = this.#parts
      .peers()
      .list()
      .map(({ id }) => id);
    return [null, ...ids.filter((id) => id !== peer).slice(0, MAX_OTHERS)];
  }

  /** Folders of which a device may know what is in them. */
  #openTo(peer: DeviceId): readonly string[] {
    const { peers, inbox, shares } = this.#parts;
    return peers().get(peer)?.trust === 'mine' ? [inbox(), ...shares().readableBy(peer)] : [];
  }

  /** What has just been brought is the most likely to be wanted again. */
  async #told(): Promise<void> {
    const waitMs = this.#tellingSinceMs + MAX_WAIT_MS - performance.now();
    if (this.#telling <= 0 || waitMs <= 0) return;
    const waiting = new AbortController();
    const told = new Promise<void>((resolve) => this.#onTold.push(resolve));
    await Promise.race([told, delay(waitMs, undefined, { signal: waiting.signal, ref: false })]);
    waiting.abort();
  }

  async #or<Value>(otherwise: Value, wanted: Promise<Value | void>): Promise<Value> {
    try {
      return (await wanted) ?? otherwise;
    } catch (error) {
      this.#parts.log('error', 'index-unusable', { failure: toFailure(error).toData() });
      return otherwise;
    }
  }
}
