import { statSync } from 'node:fs';
import { type CompareProgress, compareByNode } from './compare-by-node.ts';
import { compareByRsync, hasRsync } from './compare-by-rsync.ts';

export interface TreeComparison {
  /** Who compared; neither is code of Ferry's engine. */
  readonly by: 'rsync' | 'node';
  /** One line each; empty means identical. */
  readonly differences: readonly string[];
}

/**
 * Compares `source` with `destination` independently of Ferry: by rsync where it is installed, else by a
 * plain walk. Two single files are compared by the walk. Throws when one of them cannot be read.
 */
export async function compareTrees(
  source: string,
  destination: string,
  onProgress: CompareProgress = () => {},
): Promise<TreeComparison> {
  if (statSync(source).isDirectory() && (await hasRsync())) {
    return { by: 'rsync', differences: await compareByRsync(source, destination) };
  }
  return { by: 'node', differences: await compareByNode(source, destination, onProgress) };
}
