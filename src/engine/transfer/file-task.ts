import type { Target } from '../disk/tree-writer.ts';
import type { ListedEntry } from '../plan/listing-checker.ts';
import type { FileTask } from './work-queue.ts';

/** A listed file as something to fetch. @param pathBytes what its folder's path takes in a want. */
export function toFileTask(
  { parent, name, version, mode, sparse, group, row }: ListedEntry & { readonly kind: 'file' },
  target: Target,
  pathBytes: number,
): FileTask {
  return { folder: parent, sourceName: name, pathBytes, target, version, mode, sparse, group, tries: 0, row };
}
