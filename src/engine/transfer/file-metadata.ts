import type { Metadata } from '../disk/tree-writer.ts';
import { outcomeOf } from './patch.ts';
import type { FileTask } from './work-queue.ts';

/** Mode and times a fetched file is given. */
export function metadataOf(task: FileTask): Metadata {
  const { mtimeSec, mtimeNs } = outcomeOf(task);
  return { mode: task.mode, mtimeSec, mtimeNs };
}
