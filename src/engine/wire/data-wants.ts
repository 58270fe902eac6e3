import { Failure } from '../../shared/failure.ts';
import { isJobId, type JobId } from '../../shared/ids.ts';
import { type ByteName, type BytePath, checkPeerName } from './byte-name.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { BLOCK_BYTES, MAX_RUN_FILE_BYTES, MAX_RUN_FILES } from './data-frame.ts';
import { type FileVersion, readVersion, VERSION_BYTES, writeVersion } from './data-version.ts';
import { MAX_FOLDER_DEPTH, MAX_NAME_BYTES } from './limits.ts';

/** Bodies of the puller's frames. A want names path and version: the source keeps nothing per entry. */

/** Version of the data connection's frames. */
export const DATA_VERSION = 1;

export interface OpenBody {
  readonly job: JobId;
  readonly secret: Buffer;
}

export function encodeOpen(body: OpenBody): Buffer {
  const writer = new ByteWriter(64);
  writer.u16(DATA_VERSION);
  writer.bytes(Buffer.from(body.job, 'hex'));
  writer.bytes(body.secret);
  return writer.view();
}

export function decodeOpen(bytes: Uint8Array): OpenBody {
  const reader = new ByteReader(bytes);
  const version = reader.u16();
  if (version !== DATA_VERSION) {
    throw new Failure(version < DATA_VERSION ? 'older-peer' : 'newer-peer', { reason: 'data version' });
  }
  const job = reader.bytes(16).toString('hex');
  const secret = Buffer.from(reader.bytes(32));
  reader.end();
  if (!isJobId(job)) throw new Failure('peer-misbehaved', { reason: 'job id' });
  return { job, secret };
}

export function writePath(into: ByteWriter, path: BytePath): void {
  into.u16(path.length);
  for (const name of path) writeName(into, name);
}

function writeName(into: ByteWriter, name: string): void {
  into.u8(name.length);
  into.latin1(name);
}

function readName(from: ByteReader): ByteName {
  return checkPeerName(from.latin1(from.u8()));
}

export function readPath(from: ByteReader): ByteName[] {
  const depth = from.u16();
  if (depth > MAX_FOLDER_DEPTH) throw new Failure('peer-misbehaved', { reason: 'path too deep' });
  const path: ByteName[] = [];
  for (let index = 0; index < depth; index++) path.push(readName(from));
  return path;
}

export interface WantBlock {
  readonly path: BytePath;
  readonly version: FileVersion;
  readonly offset: number;
  readonly length: number;
}

export function encodeWantBlock(want: WantBlock): Buffer {
  const writer = new ByteWriter(512);
  writePath(writer, want.path);
  writeVersion(writer, want.version);
  writer.u64(want.offset);
  writer.u32(want.length);
  return writer.view();
}

export function decodeWantBlock(bytes: Uint8Array): WantBlock {
  const reader = new ByteReader(bytes);
  const want = {
    path: readPath(reader),
    version: readVersion(reader),
    offset: reader.u64(),
    length: reader.u32(),
  };
  reader.end();
  if (want.path.length === 0 || want.length === 0 || want.length > BLOCK_BYTES) throw badWant();
  if (want.offset + want.length > want.version.size) throw badWant();
  return want;
}

function badWant(): Failure {
  return new Failure('peer-misbehaved', { reason: 'bad want' });
}

export interface WantHash {
  readonly path: BytePath;
  readonly version: FileVersion;
}

export function encodeWantHash(want: WantHash): Buffer {
  const writer = new ByteWriter(512);
  writePath(writer, want.path);
  writeVersion(writer, want.version);
  return writer.view();
}

export function decodeWantHash(bytes: Uint8Array): WantHash {
  const reader = new ByteReader(bytes);
  const want = { path: readPath(reader), version: readVersion(reader) };
  reader.end();
  if (want.path.length === 0) throw badWant();
  return want;
}

/** Of one file in the body of a run, beside the path of its folder; room for the longest name. */
export const MAX_WANTED_FILE_BYTES = 1 + MAX_NAME_BYTES + VERSION_BYTES;

export interface WantedFile {
  readonly name: ByteName;
  readonly version: FileVersion;
}

/** Small files of one folder. */
export interface WantGroup {
  readonly folder: BytePath;
  readonly files: readonly WantedFile[];
}

/** Files by folder, as the bodies of `wantRun` and `wantHashes` have them. */
export function encodeGroups(groups: readonly WantGroup[]): Buffer {
  const writer = new ByteWriter(16 * 1024);
  writer.u16(groups.length);
  for (const group of groups) {
    writePath(writer, group.folder);
    writer.u16(group.files.length);
    for (const file of group.files) {
      writeName(writer, file.name);
      writeVersion(writer, file.version);
    }
  }
  return writer.view();
}

/** @throws Failure `peer-misbehaved`, also when the run asks for more than one block of content. */
export function decodeWantRun(bytes: Uint8Array): WantGroup[] {
  let byteCount = 0;
  return decodeGroups(bytes, ({ size }) => {
    byteCount += size;
    if (size > MAX_RUN_FILE_BYTES || byteCount > BLOCK_BYTES) throw badWant();
  });
}

/** @param check throws for a version that may not be asked for. @throws Failure `peer-misbehaved`. */
export function decodeGroups(bytes: Uint8Array, check: (version: FileVersion) => void): WantGroup[] {
  const reader = new ByteReader(bytes);
  const groups: WantGroup[] = [];
  let fileCount = 0;
  for (let left = reader.u16(); left > 0; left--) {
    const folder = readPath(reader);
    const files: WantedFile[] = [];
    for (let more = reader.u16(); more > 0; more--) {
      const file = { name: readName(reader), version: readVersion(reader) };
      fileCount += 1;
      if (fileCount > MAX_RUN_FILES) throw badWant();
      check(file.version);
      files.push(file);
    }
    groups.push({ folder, files });
  }
  reader.end();
  if (fileCount === 0) throw badWant();
  return groups;
}

export interface CommitBody {
  readonly entries: number;
  readonly listingDigest: Buffer;
}

export function encodeCommit(body: CommitBody): Buffer {
  const writer = new ByteWriter(64);
  writer.u64(body.entries);
  writer.bytes(body.listingDigest);
  return writer.view();
}

export function decodeCommit(bytes: Uint8Array): CommitBody {
  const reader = new ByteReader(bytes);
  const body = { entries: reader.u64(), listingDigest: Buffer.from(reader.bytes(32)) };
  reader.end();
  return body;
}
