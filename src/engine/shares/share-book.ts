import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { ShareReaders, ShareView, ShareWriters } from '../../shared/share.ts';
import type { OpenRoot } from '../disk/folder.ts';
import type { ShareWish } from '../engine-options.ts';
import type { ShareRecord } from '../state/records.ts';
import type { StateClient } from '../state/state-client.ts';
import { checkShare, whatOpens } from './share-facts.ts';
import { ShareRoots } from './share-roots.ts';

/** What a device may want of a share. */
export type ShareUse = 'read' | 'write';

interface Share {
  readonly name: string;
  readonly dir: string;
  readonly readers: ShareReaders;
  readonly writers: ShareWriters;
  readonly opens: ShareView['opens'];
}

/** The folders of this device that others may use, and who may. The owner calls `stop`. */
export class ShareBook {
  readonly #state: Pick<StateClient, 'shares'>;
  readonly #isMine: (id: DeviceId) => boolean;
  readonly #roots = new ShareRoots();
  readonly #shares = new Map<string, Share>();
  readonly #listeners = new Set<() => void>();

  /** @param isMine whether a device is trusted as one of the person's own, asked anew each time. */
  constructor(state: Pick<StateClient, 'shares'>, isMine: (id: DeviceId) => boolean) {
    this.#state = state;
    this.#isMine = isMine;
  }

  /** Reads them from the database and opens their roots. @throws Failure `usage` for wishes that cannot be. */
  async load(wishes: readonly ShareWish[]): Promise<void> {
    for (const record of await this.#state.shares.list()) await this.#keep(record);
    for (const { name, dir, isWritable } of wishes) {
      await checkShare(name, dir);
      await this.#keep({ name, dir, readers: 'mine', writers: isWritable ? 'mine' : 'none' });
    }
  }

  /** Hears when a share is added, changed or gone. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  list(): readonly ShareView[] {
    return [...this.#shares.values()].map((share) => this.#view(share));
  }

  /** Adds a share or changes it. @throws Failure `usage`, `no-such-path`, `destination-not-folder`. */
  async set(share: Omit<ShareRecord, 'createdMs'>): Promise<ShareView> {
    await checkShare(share.name, share.dir);
    const { name, dir, readers, writers } = share;
    await this.#state.shares.put({ name, dir, readers, writers, createdMs: Date.now() });
    const kept = await this.#keep(share);
    this.#changed();
    return this.#view(kept);
  }

  /** Absolute path of a share. @throws Failure `no-such-path` when there is none. */
  dirOf(name: string): string {
    const share = this.#get(name);
    if (share === undefined) throw new Failure('no-such-path', { subject: name });
    return share.dir;
  }

  /** @throws Failure `no-such-path` when there is none. */
  async remove(name: string): Promise<ShareView> {
    const share = this.#get(name);
    if (share === undefined) throw new Failure('no-such-path', { subject: name });
    const view = this.#view(share);
    await this.#state.shares.remove(name);
    this.#shares.delete(keyOf(name));
    this.#releaseUnused(share.dir);
    this.#changed();
    return view;
  }

  /** Whether a device may do that with a share, as things are now. */
  may(device: DeviceId, name: string, use: ShareUse): boolean {
    const share = this.#get(name);
    if (share === undefined || !this.#isMine(device)) return false;
    const allowed = use === 'read' ? share.readers : share.writers;
    return allowed === 'mine' || (allowed !== 'none' && allowed.includes(device));
  }

  /** Where the shares are that a device may read. */
  readableBy(device: DeviceId): readonly string[] {
    const shares = [...this.#shares.values()].filter(({ name }) => this.may(device, name, 'read'));
    return shares.map(({ dir }) => dir);
  }

  /** The names of the shares that a device may use in any way. */
  namesFor(device: DeviceId): readonly string[] {
    const names = [...this.#shares.values()].map(({ name }) => name);
    return names.filter((name) => this.may(device, name, 'read') || this.may(device, name, 'write')).sort();
  }

  /**
   * The open root of a share for a device that wants to use it.
   * @throws Failure `no-right`; `no-such-path` for a share or folder that is not there, told only to a device that is `mine`.
   */
  async rootFor(device: DeviceId, name: string, use: ShareUse): Promise<OpenRoot> {
    if (!this.#isMine(device)) throw new Failure('no-right', { subject: name, reason: 'trust' });
    const share = this.#get(name);
    if (share === undefined) throw new Failure('no-such-path', { subject: name, reason: 'no such share' });
    if (!this.may(device, name, use)) throw new Failure('no-right', { subject: share.name, reason: use });
    const root = await this.#roots.open(share.dir);
    if (root === null) throw new Failure('no-such-path', { subject: share.name, reason: 'not there now' });
    return root;
  }

  async stop(): Promise<void> {
    await this.#roots.stop();
  }

  #get(name: string): Share | undefined {
    return this.#shares.get(keyOf(name));
  }

  async #keep({ name, dir, readers, writers }: Omit<ShareRecord, 'createdMs'>): Promise<Share> {
    const before = this.#get(name);
    const share = { name, dir, readers, writers, opens: await whatOpens(dir) };
    await this.#roots.open(dir);
    this.#shares.set(keyOf(name), share);
    if (before !== undefined && before.dir !== dir) this.#releaseUnused(before.dir);
    return share;
  }

  #releaseUnused(dir: string): void {
    if ([...this.#shares.values()].every((share) => share.dir !== dir)) this.#roots.release(dir);
  }

  #view({ name, dir, readers, writers, opens }: Share): ShareView {
    return { name, dir, readers, writers, opens, isThere: this.#roots.get(dir) !== null };
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Names are told apart as people read them. */
function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
