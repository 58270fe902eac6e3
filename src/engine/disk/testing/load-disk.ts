import { expect, vi } from 'vitest';

/** The two ways to the disk: system calls of our own, and what Node offers where those cannot be had. */
export const WAYS = ['libc', 'node'] as const;
export type Way = (typeof WAYS)[number];

/** This room's modules, loaded afresh so that they take the given way. */
export async function loadDisk(way: Way) {
  vi.resetModules();
  vi.stubEnv('FERRY_NO_LIBC', way === 'node' ? '1' : '');
  try {
    const { libc } = await import('../libc.ts');
    // Else both ways would be one, and a green test would have seen half of what it says.
    expect(libc === null ? 'node' : 'libc').toBe(way);
    const modules = await Promise.all([
      import('../folder.ts'),
      import('../stat.ts'),
      import('../publish.ts'),
      import('../durable.ts'),
      import('../destination.ts'),
      import('../hash-file.ts'),
      import('../tree-writer.ts'),
      import('../folder-tree.ts'),
      import('../clone.ts'),
      import('../write-content.ts'),
    ]);
    const [folder, stat, publish, durable, destination, hashFile, treeWriter, folderTree, clone, content] =
      modules;
    return {
      ...folder,
      ...stat,
      ...publish,
      ...durable,
      ...destination,
      ...hashFile,
      ...treeWriter,
      ...folderTree,
      ...clone,
      ...content,
      libc,
    };
  } finally {
    vi.unstubAllEnvs();
  }
}

export type Disk = Awaited<ReturnType<typeof loadDisk>>;
