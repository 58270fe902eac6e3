import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCommand } from '../tools/system-packages.ts';

export type FileSystem = 'btrfs' | 'xfs';

/** xfs wants 300 MiB, and content that is not shared needs room for each copy. The file behind it is sparse. */
const IMAGE_BYTES = 640 * 1024 * 1024;

/** Whether this machine can make and mount such a file system; it is not tried, only looked at. */
export function canMount(type: FileSystem): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const isKnown = new RegExp(`\\s${type}$`, 'm').test(readFileSync('/proc/filesystems', 'utf8'));
  return isKnown && existsSync('/dev/loop-control') && findCommand(`mkfs.${type}`) !== null;
}

function run(command: string, ...args: readonly string[]): string {
  return execFileSync(findCommand(command) ?? command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A file system of its own in a file. The owner calls `remove`. */
export class LoopMount {
  readonly path: string;
  readonly #folder: string;

  /** @throws Error when it cannot be made or mounted. */
  constructor(type: FileSystem) {
    this.#folder = mkdtempSync(join(tmpdir(), 'ferry-loop-'));
    const image = join(this.#folder, 'image');
    this.path = join(this.#folder, 'mount');
    writeFileSync(image, '');
    truncateSync(image, IMAGE_BYTES);
    mkdirSync(this.path);
    try {
      run(`mkfs.${type}`, '-q', image);
      run('mount', '-t', type, '-o', 'loop', image, this.path);
    } catch (error) {
      rmSync(this.#folder, { recursive: true });
      throw error;
    }
  }

  /** Bytes in use, after everything is on disk. */
  usedBytes(): number {
    run('sync', '-f', this.path);
    return Number(run('df', '--output=used', '-B1', this.path).trim().split('\n').at(-1));
  }

  /** Lines of `filefrag -v` about extents of a file that others share too, and about all of them. */
  extents(path: string): { readonly shared: number; readonly all: number } {
    run('sync', '-f', this.path);
    const lines = run('filefrag', '-v', path)
      .split('\n')
      .filter((line) => /^\s*\d+:/.test(line));
    return { shared: lines.filter((line) => line.includes('shared')).length, all: lines.length };
  }

  remove(): void {
    run('umount', this.path);
    rmSync(this.#folder, { recursive: true });
  }
}
