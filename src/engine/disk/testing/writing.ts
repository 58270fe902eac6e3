import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { JobId } from '../../../shared/ids.ts';
import { fromText } from '../../wire/byte-name.ts';
import type { LateName, Metadata, Target, TreeWriter } from '../tree-writer.ts';
import type { Disk } from './load-disk.ts';

export const METADATA: Metadata = { mode: 0o644, mtimeSec: 1_000_000_000, mtimeNs: 123_456_000 };
export const FOLDER_METADATA: Metadata = { mode: 0o755, mtimeSec: 1_100_000_000, mtimeNs: 654_321_000 };

/** A writer of a job of its own into `path`, closed with the test, and the late names it told of. */
export function startWriting(disk: Disk, path: string): { writer: TreeWriter; late: LateName[] } {
  const late: LateName[] = [];
  const job = randomBytes(16).toString('hex') as JobId;
  const writer = new disk.TreeWriter(disk.openDestination(Buffer.from(path)), job, (name) => late.push(name));
  onTestFinished(() => writer.close());
  return { writer, late };
}

/** Where something new goes. */
export function newTarget(folder: number, name: string): Target {
  return { folder, name: fromText(name), plan: { kind: 'new' } };
}

/** Puts a folder into the table, as a listing does, and makes it. */
export function addFolder(
  writer: TreeWriter,
  number: number,
  parent: number,
  name: string,
  to = FOLDER_METADATA,
): void {
  const sourceName = fromText(name);
  writer.folders.add(number, { parent, name: sourceName, sourceName });
  writer.createFolder(number, sourceName, to);
}

/** Puts a folder that is there into the table, to be merged into. */
export function mergeFolder(
  writer: TreeWriter,
  number: number,
  parent: number,
  name: string,
  to = FOLDER_METADATA,
): void {
  const sourceName = fromText(name);
  writer.folders.add(number, { parent, name: sourceName, sourceName });
  writer.mergeFolder(number, to);
}

/** Writes a file block by block, as large ones come. */
export async function writeBlocks(
  disk: Disk,
  writer: TreeWriter,
  target: Target,
  blocks: readonly { readonly offset: number; readonly bytes: Buffer; readonly sparse: boolean }[],
  length: number,
  to = METADATA,
): Promise<void> {
  const file = writer.open(target);
  for (const { offset, bytes, sparse } of blocks) {
    if (sparse) disk.writeSparseBlock(file, offset, bytes);
    else await disk.writeBlock(file, offset, bytes);
  }
  disk.setLength(file, length);
  writer.complete(file, to);
}

/** Finishes; a problem with a folder's metadata is a failure of the test. */
export async function finish(writer: TreeWriter): Promise<void> {
  await writer.finish((_folder, failure) => {
    throw failure;
  });
}
