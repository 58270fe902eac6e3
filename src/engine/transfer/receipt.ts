import type { ByteName, BytePath } from '../wire/byte-name.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { HASH_BYTES } from '../wire/data-frame.ts';
import type { Piece } from './patch.ts';

/**
 * What is kept of received files so that they can be verified any time later: name, size, time and the hash
 * that their content had when it was proven. Stored as blobs of many records, read by nobody but this file.
 */

/** How the hash of a receipt is made: BLAKE3 of the content, or the file hash of `wire/block-hash.ts`. */
export type ReceiptHash = 'content' | 'blocks';

export interface FileReceipt {
  readonly kind: 'file';
  /** Names at the source, from the selection down. */
  readonly path: BytePath;
  readonly size: number;
  readonly mtimeSec: number;
  readonly mtimeNs: number;
  readonly by: ReceiptHash;
  /** Only this piece of it came, and is what the hash is of; null is all. */
  readonly piece: Piece | null;
  readonly hash: Buffer;
}

/** What has another name here than at the source. */
export interface NameReceipt {
  readonly kind: 'name';
  readonly path: BytePath;
  readonly name: ByteName;
}

export type Receipt = FileReceipt | NameReceipt;

const KINDS = { content: 0, blocks: 1, name: 2, piece: 3 } as const;

/** Appends one record. */
export function writeReceipt(into: ByteWriter, receipt: Receipt): void {
  const path = receipt.path.join('/');
  into.u8(KINDS[kindOf(receipt)]);
  into.u32(path.length);
  into.latin1(path);
  if (receipt.kind === 'name') {
    into.u16(receipt.name.length);
    into.latin1(receipt.name);
    return;
  }
  into.u64(receipt.size);
  into.i64(receipt.mtimeSec);
  into.u32(receipt.mtimeNs);
  if (receipt.piece !== null) {
    into.u64(receipt.piece.at);
    into.u64(receipt.piece.length);
  }
  into.bytes(receipt.hash);
}

function kindOf(receipt: Receipt): keyof typeof KINDS {
  if (receipt.kind === 'name') return 'name';
  return receipt.piece === null ? receipt.by : 'piece';
}

/**
 * The records of one blob, in the order they were written.
 * @throws Failure `peer-misbehaved` where the blob is not what was written: it has been damaged.
 */
export function readReceipts(bytes: Uint8Array): Receipt[] {
  const reader = new ByteReader(bytes);
  const receipts: Receipt[] = [];
  while (reader.left > 0) receipts.push(readOne(reader));
  return receipts;
}

function readOne(reader: ByteReader): Receipt {
  const kind = reader.u8();
  const path = reader.latin1(reader.u32()).split('/') as ByteName[];
  if (kind === KINDS.name) return { kind: 'name', path, name: reader.latin1(reader.u16()) as ByteName };
  return {
    kind: 'file',
    path,
    size: reader.u64(),
    mtimeSec: reader.i64(),
    mtimeNs: reader.u32(),
    by: kind === KINDS.content ? 'content' : 'blocks',
    piece: kind === KINDS.piece ? { at: reader.u64(), length: reader.u64() } : null,
    hash: Buffer.from(reader.bytes(HASH_BYTES)),
  };
}

/** What of a job's blobs counts: the last word about each file, under the names that it has here. */
export function lastReceipts(blobs: readonly Uint8Array[]): FileReceipt[] {
  const files = new Map<string, FileReceipt>();
  const names = new Map<string, ByteName>();
  for (const blob of blobs) {
    for (const receipt of readReceipts(blob)) {
      const key = receipt.path.join('/');
      if (receipt.kind === 'name') names.set(key, receipt.name);
      else files.set(key, receipt);
    }
  }
  if (names.size === 0) return [...files.values()];
  return [...files.values()].map((file) => ({ ...file, path: pathHere(file.path, names) }));
}

function pathHere(path: BytePath, names: ReadonlyMap<string, ByteName>): BytePath {
  return path.map((name, depth) => names.get(path.slice(0, depth + 1).join('/')) ?? name);
}
