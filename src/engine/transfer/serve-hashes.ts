import { isSameVersion } from '../disk/stat.ts';
import type { KnownFile } from '../reuse/known-files.ts';
import type { HashedFile } from '../source/source.ts';
import type { BytePath } from '../wire/byte-name.ts';
import type { FileVersion } from '../wire/data-version.ts';
import type { WantGroup } from '../wire/data-wants.ts';
import type { ServeJob } from './serve-job.ts';

/** Smaller files are read again faster than they are looked up. */
const CACHE_FROM_BYTES = 64 * 1024;
/** A file may be changed twice within one tick of its file system's clock; a hash that young is not kept. */
const SETTLED_MS = 2_000;

interface Wanted {
  readonly path: BytePath;
  readonly version: FileVersion;
  /** What the file is now, where it is worth keeping its hash. */
  readonly file: HashedFile | null;
}

/**
 * Hashes of wanted files, in order; null for those that are not the wanted version, or cannot be read. What was
 * hashed before and has not changed since is not read again.
 */
export async function hashesOf(
  job: ServeJob,
  groups: readonly WantGroup[],
  signal: AbortSignal,
): Promise<(Buffer | null)[]> {
  const wanted = groups.flatMap(({ folder, files }) =>
    files.map(({ name, version }) => toWanted(job, [...folder, name], version)),
  );
  const known = await lookUp(job, wanted);
  const hashes: (Buffer | null)[] = [];
  const fresh: KnownFile[] = [];
  for (const { path, version, file } of wanted) {
    const kept = file === null ? undefined : known.get(file.inode);
    if (kept !== undefined) {
      hashes.push(kept);
      continue;
    }
    job.chargeHash(version.size);
    const answer = await job.source.hashFile({ path, version }, job.clock, signal);
    hashes.push('hash' in answer ? answer.hash : null);
    if ('hash' in answer && file !== null && isSettled(version)) fresh.push({ ...file, hash: answer.hash });
  }
  void job.index?.add(null, fresh);
  return hashes;
}

function toWanted(job: ServeJob, path: BytePath, version: FileVersion): Wanted {
  if (job.index === null || version.size < CACHE_FROM_BYTES) return { path, version, file: null };
  const file = job.source.look?.(path) ?? null;
  return { path, version, file: file !== null && isSameVersion(file, version) ? file : null };
}

/** Kept hashes of files that are what they were, by inode. */
async function lookUp(job: ServeJob, wanted: readonly Wanted[]): Promise<ReadonlyMap<string, Buffer>> {
  const files = wanted.flatMap(({ file }) => (file === null ? [] : [file]));
  const found = new Map<string, Buffer>();
  if (job.index === null || files.length === 0) return found;
  const rows = new Map<string, KnownFile>();
  for (const row of await job.index.known(files.map(({ inode }) => inode))) rows.set(row.inode, row);
  for (const file of files) {
    const row = rows.get(file.inode);
    if (row === undefined || row.hash === null || !isSameVersion(row, file)) continue;
    found.set(file.inode, Buffer.from(row.hash));
  }
  return found;
}

function isSettled({ ctimeSec }: FileVersion): boolean {
  return Date.now() - ctimeSec * 1_000 > SETTLED_MS;
}
