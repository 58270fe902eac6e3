import type { Stats } from 'node:fs';
import { type FileHandle, lstat, readlink, realpath } from 'node:fs/promises';
import { Failure } from '../../shared/failure.ts';
import { joinBytes, listInside, openInside } from './open-inside.ts';
import type { DownloadableJob } from './web-messages.ts';
import { type ZipEntry, zipStream } from './zip-stream.ts';

const CHUNK_BYTES = 256 * 1024;
/** A path in an archive has 16 bits for its length; no file system goes this deep by honest means. */
const MAX_DEPTH = 200;
const MAX_NAME_BYTES = 0xffff;

/** Something to download, opened. Whoever asked for it reads `content` to its end or calls `return` on it. */
export interface Download {
  /** Name that the browser is to give it. */
  readonly name: string;
  /** Null where it is only known at the end. */
  readonly bytes: number | null;
  readonly content: AsyncGenerator<Buffer>;
}

/**
 * Opens top-level item `item` of a received job: a file as it is, a folder as an archive made on the way. No link
 * is followed below the job's folder; links in a folder are stored as links. Throws Failure `no-such-path`.
 */
export async function openDownload(job: DownloadableJob, item: number): Promise<Download> {
  const name = job.names[item];
  if (name === undefined || /^\.{0,2}$|[/\0]/.test(name)) throw new Failure('no-such-path');
  // the folder is the person's own, and links on the way to it are theirs
  const folder = await realpath(Buffer.from(job.into), 'buffer');
  const bytes = await findName(folder, name);
  const path = joinBytes(folder, bytes);
  const handle = await openInside(path);
  const stat = await handle.stat();
  if (stat.isFile()) return { name, bytes: stat.size, content: readFile(handle, stat.size) };
  await handle.close();
  return { name: `${name}.zip`, bytes: null, content: zipStream(walk(path, bytes, stat, 0)) };
}

/** The bytes of a name that is shown as `shown`: those that are not UTF-8 are shown with `\xNN` for each. */
async function findName(folder: Buffer, shown: string): Promise<Buffer> {
  const exact = Buffer.from(shown);
  if (!shown.includes('\\x')) return exact;
  const names = await listInside(folder);
  return names.find((name) => name.equals(exact)) ?? names.find((name) => showBytes(name) === shown) ?? exact;
}

function showBytes(name: Buffer): string {
  return name.toString('latin1').replace(/[^\0-\x7f]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

/** At most `maxBytes`, which were promised; fails when there are fewer. Closes the handle. */
async function* readFile(handle: FileHandle, maxBytes: number): AsyncGenerator<Buffer> {
  try {
    let left = maxBytes;
    while (left > 0) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(CHUNK_BYTES, left)));
      if (bytesRead === 0) throw new Failure('changed');
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* readLater(path: Buffer, maxBytes: number): AsyncGenerator<Buffer> {
  yield* readFile(await openInside(path), maxBytes);
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}

/** The folder itself, then what is in it, depth first. */
async function* walk(path: Buffer, name: Buffer, stat: Stats, depth: number): AsyncGenerator<ZipEntry> {
  if (depth > MAX_DEPTH || name.length >= MAX_NAME_BYTES) throw new Failure('name-too-long');
  const slashed = Buffer.concat([name, Buffer.from('/')]);
  yield { name: slashed, mode: stat.mode, mtimeMs: stat.mtimeMs, maxBytes: 0, content: null };
  for (const child of await listInside(path)) {
    const at = joinBytes(path, child);
    const below = Buffer.concat([slashed, child]);
    const { mode, mtimeMs, size: maxBytes, ...entry } = await lstatOf(at);
    const fields = { name: below, mode, mtimeMs };
    if (entry.type === 'folder') yield* walk(at, below, entry.stat, depth + 1);
    if (entry.type === 'file') yield { ...fields, maxBytes, content: readLater(at, maxBytes) };
    if (entry.type === 'link') {
      const target = await readlink(at, { encoding: 'buffer' });
      yield { ...fields, maxBytes: target.length, content: once(target) };
    }
  }
}

async function lstatOf(path: Buffer) {
  const stat = await lstat(path);
  const type = stat.isDirectory()
    ? ('folder' as const)
    : stat.isFile()
      ? ('file' as const)
      : stat.isSymbolicLink()
        ? ('link' as const)
        : ('special' as const);
  return { type, stat, mode: stat.mode, mtimeMs: stat.mtimeMs, size: stat.size };
}
