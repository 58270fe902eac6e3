import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder in memory, so that no disk is measured. */
export interface MemoryFolder {
  readonly path: string;
  readonly fileSystem: string;
  remove(): void;
}

function tryMount(path: string, gib: number): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${gib}g,nr_inodes=0,mode=0700`, 'tmpfs', path], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** A tmpfs of our own (`gib` at most) as root, a folder in /dev/shm otherwise, the usual temporary folder as last resort. */
export function createMemoryFolder(gib: number): MemoryFolder {
  const own = mkdtempSync(join(tmpdir(), 'ferry-bench-'));
  if (tryMount(own, gib)) {
    const unmount = (): void => {
      execFileSync('umount', [own]);
      rmSync(own, { recursive: true });
    };
    return { path: own, fileSystem: 'tmpfs', remove: unmount };
  }
  if (!existsSync('/dev/shm')) {
    return { path: own, fileSystem: 'disk', remove: () => rmSync(own, { recursive: true }) };
  }
  rmSync(own, { recursive: true });
  const shared = mkdtempSync('/dev/shm/ferry-bench-');
  return { path: shared, fileSystem: 'tmpfs', remove: () => rmSync(shared, { recursive: true }) };
}
