import type { JobId } from '../../shared/ids.ts';
import { Folder } from '../disk/folder.ts';
import { takeKeptFolder } from '../disk/kept.ts';
import { libc } from '../disk/libc.ts';
import { partPrefix, stagingName } from '../disk/part-names.ts';
import { publish } from '../disk/publish.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import { type ByteName, fromBytes } from '../wire/byte-name.ts';

/** A job that was taken up and ends before its source has listed everything again. */
export interface KeptJob {
  readonly job: JobId;
  /** Top-level names that were agreed to, as many as are known. */
  readonly names: readonly Uint8Array[];
}

/**
 * Removes what is not whole from staged folders, whether they were listed again or not: a file is given its
 * time last, and until then its time is that of its last change. @throws system errors.
 */
export function removeUnfinished(writer: TreeWriter, { job }: KeptJob): void {
  const root = writer.folders.get(0);
  for (const name of stagedNames(root, job)) if (takeKeptFolder(root, name)) sweep(root, name);
}

function stagedNames(root: Folder, job: JobId): ByteName[] {
  return root.readNames().filter((name) => name.startsWith(partPrefix(job)));
}

function sweep(parent: Folder, name: ByteName): void {
  const folder = parent.openFolder(name);
  try {
    for (const child of folder.readNames()) {
      const stat = folder.statName(child);
      if (stat?.type === 'folder' && takeKeptFolder(folder, child)) sweep(folder, child);
      if (stat?.type !== 'file') continue;
      if (stat.mtimeSec === stat.ctimeSec && stat.mtimeNs === stat.ctimeNs) folder.removeFile(child);
    }
  } finally {
    folder.close();
  }
}

/** Brings staged folders that were not listed again to their places. @throws system errors. */
export async function bringKept(writer: TreeWriter, { job, names }: KeptJob): Promise<void> {
  const root = writer.folders.get(0);
  await libc?.syncfs(root.fd);
  for (const name of names.map(fromBytes)) {
    const staged = stagingName(job, name);
    if (takeKeptFolder(root, staged)) publish(root, staged, name, 'folder', { kind: 'new' });
  }
  root.sync();
}

/** Exact bytes of the paths of what is left of a job in its destination. */
export function leftParts(writer: TreeWriter, { job }: KeptJob): Buffer[] {
  const root = writer.folders.get(0);
  return stagedNames(root, job).map((name) => Buffer.concat([root.path, Buffer.from(`/${name}`, 'latin1')]));
}
