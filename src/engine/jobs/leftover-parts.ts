import type { Dirent } from 'node:fs';
import { toFailure } from '../../shared/failure.ts';
import { fs } from '../disk/fs.ts';
import { partPrefix } from '../disk/part-names.ts';
import type { Log } from '../engine-options.ts';
import type { JobKey, PartRecord } from '../state/records.ts';
import type { StateClient } from '../state/state-client.ts';
import { fromBytes, showPath } from '../wire/byte-name.ts';

/** Folders looked through for one job: a start must not take minutes because a copy merged into a huge tree. */
const MAX_FOLDERS = 5_000;

/**
 * Notes what a killed engine left of the jobs that were on their way, so that `jobs` lists it: temporary
 * files are not written down one by one while they are copied. Called before anything is pulled.
 */
export async function noteLeftoverParts(
  state: StateClient,
  jobs: readonly JobKey[],
  log: Log,
): Promise<void> {
  for (const key of jobs) {
    try {
      const record = await state.jobs.get(key);
      const into = record?.view.into ?? null;
      if (record === null || into === null) continue;
      const parts = await findParts(partPrefix(key.job), into, new Set(record.view.names));
      if (parts.length > 0) await state.parts.add(key, parts);
    } catch (error) {
      log('warn', 'parts-not-listed', { failure: toFailure(error).toData() });
    }
  }
}

/** Hidden names with the job's prefix in the folder it went into, and below what it was copying. */
async function findParts(prefix: string, into: string, names: ReadonlySet<string>): Promise<PartRecord[]> {
  const parts: PartRecord[] = [];
  const folders = [Buffer.from(into)];
  for (let looked = 0; looked < MAX_FOLDERS; looked += 1) {
    const folder = folders.pop();
    if (folder === undefined) break;
    for (const entry of await entriesOf(folder)) {
      const path = Buffer.concat([folder, Buffer.from('/'), entry.name]);
      if (entry.name.toString('latin1').startsWith(prefix)) parts.push(await toPart(path, entry));
      else if (entry.isDirectory() && (looked > 0 || names.has(showPath([fromBytes(entry.name)]).path))) {
        folders.push(path);
      }
    }
  }
  return parts;
}

async function entriesOf(folder: Buffer): Promise<Dirent<Buffer>[]> {
  // What is gone or closed to us holds no parts that we could show.
  return await fs.promises.readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch(() => []);
}

async function toPart(path: Buffer, entry: Dirent<Buffer>): Promise<PartRecord> {
  const type = entry.isDirectory() ? 'folder' : 'file';
  const { size } = await fs.promises.lstat(path);
  return { path, type, bytes: type === 'file' ? size : 0, keptMs: Date.now() };
}
