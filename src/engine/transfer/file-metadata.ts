import type { Metadata } from '../disk/tree-writer.ts';
import type { FileTask } from './work-queue.ts';

/** Mode and times a fetched file is given. */
export function metadataOf({ mode, version }: FileTask): Metadata {
  return { mode, mtimeSec: version.mtimeSec, mtimeNs: version.mtimeNs };
}
