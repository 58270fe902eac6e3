import type { CopyRange } from '../../shared/copy-options.ts';
import type { Target } from '../disk/tree-writer.ts';
import type { ListedEntry } from '../plan/listing-checker.ts';
import { newPatch } from './patch.ts';
import type { FileTask } from './work-queue.ts';

/**
 * A listed file as something to fetch.
 * @param pathBytes what its folder's path takes in a want.
 * @param range the piece of a file that it is, if it is one.
 */
export function toFileTask(
  { parent, name, version, mode, holeBytes, group, row }: ListedEntry & { readonly kind: 'file' },
  target: Target,
  pathBytes: number,
  range: CopyRange | null = null,
): FileTask {
  const task = {
    folder: parent,
    sourceName: name,
    pathBytes,
    target,
    version,
    holeBytes,
    group,
    tries: 0,
    row,
  };
  if (range === null) return { ...task, mode };
  const patch = newPatch(range, target.plan);
  return { ...task, mode: patch.old?.mode ?? mode, patch };
}
