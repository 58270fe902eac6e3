import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from '../program.ts';

export type TestedFileSystem = 'ext4' | 'xfs' | 'btrfs';

/** Smallest images that all three take, and room for their clones, which share what did not change. */
const IMAGE_BYTES = 320 * 1024 * 1024;
const VAULT_BYTES = 1_900 * 1024 * 1024;

const MAKE: Readonly<Record<TestedFileSystem, readonly string[]>> = {
  ext4: ['mkfs.ext4', '-q', '-F'],
  xfs: ['mkfs.xfs', '-q', '-f'],
  btrfs: ['mkfs.btrfs', '-q', '-f'],
};

/**
 * A file system in an image that lies on an XFS, which clones it in an instant: a clone at any moment is what a
 * disk holds when the power goes then, all that was handed to it and nothing that was only in memory. Needs root.
 */
export class Vault {
  readonly #folder: string;
  readonly #kind: TestedFileSystem;
  readonly mount: string;
  #clones = 0;

  private constructor(folder: string, kind: TestedFileSystem) {
    this.#folder = folder;
    this.#kind = kind;
    this.mount = join(folder, 'disk');
  }

  static async create(folder: string, kind: TestedFileSystem): Promise<Vault> {
    const vault = new Vault(folder, kind);
    for (const name of ['vault', 'disk', 'after']) mkdirSync(join(folder, name), { recursive: true });
    const image = join(folder, 'vault.img');
    await runToEnd('truncate', ['-s', String(VAULT_BYTES), image]);
    await runToEnd('mkfs.xfs', ['-q', '-f', '-m', 'reflink=1', image]);
    await runToEnd('mount', ['-o', 'loop', image, join(folder, 'vault')]);
    await runToEnd('truncate', ['-s', String(IMAGE_BYTES), vault.#image]);
    const [make = '', ...flags] = MAKE[kind];
    await runToEnd(make, [...flags, vault.#image]);
    await runToEnd('mount', ['-o', 'loop', vault.#image, vault.mount]);
    return vault;
  }

  get #image(): string {
    return join(this.#folder, 'vault', 'disk.img');
  }

  /** The power goes now, for whoever looks at the clone; the number of it. */
  async cut(): Promise<number> {
    this.#clones += 1;
    await runToEnd('cp', ['--reflink=always', this.#image, this.#clone(this.#clones)]);
    return this.#clones;
  }

  #clone(number: number): string {
    return join(this.#folder, 'vault', `cut-${number}.img`);
  }

  /** Lets go of the disk, once nobody uses it any more; clones of it could not be mounted beside it. */
  async unplug(): Promise<void> {
    await runToEnd('umount', [this.mount]);
  }

  async plug(): Promise<void> {
    await runToEnd('mount', ['-o', 'loop', this.#image, this.mount]);
  }

  /** The disk as it is after the power came back: mounted where it was, so that paths are the same. */
  async recover(number: number): Promise<void> {
    const flags = this.#kind === 'xfs' ? 'loop,nouuid' : 'loop';
    await runToEnd('mount', ['-o', flags, this.#clone(number), this.mount]);
  }

  async forget(number: number): Promise<void> {
    await this.unplug();
    rmSync(this.#clone(number));
  }

  async close(): Promise<void> {
    await runToEnd('umount', ['-l', this.mount]).catch(() => undefined);
    await runToEnd('umount', ['-l', join(this.#folder, 'vault')]).catch(() => undefined);
    rmSync(join(this.#folder, 'vault.img'), { force: true });
    for (const name of readdirSync(this.#folder))
      rmSync(join(this.#folder, name), { recursive: true, force: true });
  }
}
