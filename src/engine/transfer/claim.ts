import { type ByteName, type BytePath, fromBytes, isSafeName, toBytes } from '../wire/byte-name.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { BLOCK_BYTES, HASH_BYTES } from '../wire/data-frame.ts';
import { type FileVersion, VERSION_BYTES, writeVersion } from '../wire/data-version.ts';

/** Neighbouring blocks of one file that were synced. Plain data, as the engine thread stores it. */
export interface Claim {
  /** Names from the selection down, joined by '/'. */
  readonly path: Uint8Array;
  readonly firstBlock: number;
  /** The name it has here until it is whole, in the folder it goes into. */
  readonly part: Uint8Array;
  readonly version: Uint8Array;
  /** BLAKE3 of each block, one after the other. */
  readonly hashes: Uint8Array;
}

/** What is claimed of one file. */
export interface FileClaims {
  readonly part: ByteName;
  readonly version: Buffer;
  /** By block. */
  readonly hashes: ReadonlyMap<number, Buffer>;
}

/** A path as a claim has it. */
export function claimPath(path: BytePath): Buffer {
  return toBytes(path.join('/') as ByteName);
}

export function claimVersion(version: FileVersion): Buffer {
  const writer = new ByteWriter(VERSION_BYTES);
  writeVersion(writer, version);
  return Buffer.from(writer.view());
}

/** Hashes by block, as few claims as hold them: one for each range without a gap. */
export function toClaims(
  file: Pick<Claim, 'path' | 'part' | 'version'>,
  hashes: ReadonlyMap<number, Buffer>,
): Claim[] {
  const claims: Claim[] = [];
  let range: Buffer[] = [];
  const blocks = [...hashes.keys()].sort((a, b) => a - b);
  for (const [index, block] of blocks.entries()) {
    range.push(hashes.get(block) as Buffer);
    if (blocks[index + 1] === block + 1) continue;
    claims.push({ ...file, firstBlock: block - range.length + 1, hashes: Buffer.concat(range) });
    range = [];
  }
  return claims;
}

/**
 * What is claimed, by path. A claim that cannot be right is left out: nothing is ever believed of a claim but
 * where to look and which hash must be found there.
 */
export function readClaims(claims: readonly Claim[]): Map<string, FileClaims> {
  const files = new Map<string, { part: ByteName; version: Buffer; hashes: Map<number, Buffer> }>();
  for (const { path, firstBlock, part: partBytes, version, hashes } of claims) {
    const part = fromBytes(partBytes);
    const isSound =
      isSafeName(part) &&
      Number.isSafeInteger(firstBlock) &&
      Number.isSafeInteger((firstBlock + hashes.length) * BLOCK_BYTES) &&
      firstBlock >= 0 &&
      hashes.length % HASH_BYTES === 0;
    if (!isSound) continue;
    const key = fromBytes(path);
    const bytes = Buffer.from(version);
    let file = files.get(key);
    if (file === undefined || file.part !== part || !file.version.equals(bytes)) {
      file = { part, version: bytes, hashes: new Map() };
      files.set(key, file);
    }
    for (let at = 0; at < hashes.length; at += HASH_BYTES) {
      file.hashes.set(firstBlock + at / HASH_BYTES, Buffer.from(hashes.subarray(at, at + HASH_BYTES)));
    }
  }
  return files;
}
