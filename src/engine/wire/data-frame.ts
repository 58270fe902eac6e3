import { Failure } from '../../shared/failure.ts';

/**
 * Frames of a data connection: a fixed header, then `metaLength` bytes of description, then `length`
 * bytes of content. No msgpack near content. docs/protocol.md is the specification.
 */

/** From the puller (destination) to the source. */
export const PULLER_FRAME = {
  open: 1,
  list: 2,
  credit: 3,
  wantBlock: 4,
  wantRun: 5,
  wantHash: 6,
  commit: 7,
  wantHashes: 8,
  wantMatches: 9,
  wantPatch: 10,
  wantSegment: 11,
} as const;

/** From the source to the puller. */
export const SOURCE_FRAME = {
  opened: 65,
  refused: 66,
  page: 67,
  listingEnd: 68,
  block: 69,
  run: 70,
  hash: 71,
  committed: 72,
  times: 73,
  /** Whoever holds the content is away, and nothing comes until they are back; or they are back. */
  away: 74,
  hashes: 75,
  matches: 76,
  patch: 77,
  segment: 78,
} as const;

/** Status of an `away` frame. */
export const AWAY_STATUS = { back: 0, away: 1 } as const;

/** How one asked-for piece came out. */
export const STATUS = {
  ok: 0,
  /** Nothing but zeros, and a hole at the source: no content follows. */
  hole: 1,
  /** The file is not the version asked for any more; the new version follows. */
  changed: 2,
  vanished: 3,
  /** The errno name follows. */
  unreadable: 4,
} as const;

export const HASH_BYTES = 32;
/** kind u8, status u8, flags u16, tag u32, metaLength u32, length u32, hash. */
export const HEADER_BYTES = 16 + HASH_BYTES;

/** In the flags: the content is compressed (zstd). */
const COMPRESSED_FLAG = 1;

/** Content of one block, and of one run of small files. */
export const BLOCK_BYTES = 1024 * 1024;
/** Listing pages and tables of a run. */
export const MAX_META_BYTES = 1024 * 1024;
/** Files in one run: bounds the table and the work between two looks at the clock. */
export const MAX_RUN_FILES = 1024;
/** Largest file that travels in a run; larger ones are asked for in blocks. */
export const MAX_RUN_FILE_BYTES = 256 * 1024;
/** Body of the frame that shows the grant: version, job, secret. */
export const MAX_OPEN_BODY_BYTES = 64;
/** Body of a puller's frame: a full run of wants with 255-byte names fits. */
export const MAX_PULLER_BODY_BYTES = 1024 * 1024;

export interface FrameHeader {
  kind: number;
  status: number;
  tag: number;
  metaLength: number;
  length: number;
  /** The content is zstd; then `length` is what is on the wire, and what it must become is known from the want. */
  isCompressed: boolean;
  /** A view into the received bytes: BLAKE3 over meta and content, before it was compressed. */
  hash: Buffer;
}

/** Writes a header at the start of `into`. */
export function writeHeader(into: Buffer, header: FrameHeader): void {
  into.writeUInt8(header.kind, 0);
  into.writeUInt8(header.status, 1);
  into.writeUInt16BE(header.isCompressed ? COMPRESSED_FLAG : 0, 2);
  into.writeUInt32BE(header.tag, 4);
  into.writeUInt32BE(header.metaLength, 8);
  into.writeUInt32BE(header.length, 12);
  into.set(header.hash, 16);
}

/**
 * Reads a header and checks its lengths before anything is allocated for them.
 * @throws Failure `peer-misbehaved`.
 */
export function readHeader(bytes: Buffer): FrameHeader {
  const flags = bytes.readUInt16BE(2);
  const header = {
    kind: bytes.readUInt8(0),
    status: bytes.readUInt8(1),
    tag: bytes.readUInt32BE(4),
    metaLength: bytes.readUInt32BE(8),
    length: bytes.readUInt32BE(12),
    isCompressed: (flags & COMPRESSED_FLAG) !== 0,
    hash: bytes.subarray(16, HEADER_BYTES),
  };
  if ((flags & ~COMPRESSED_FLAG) !== 0) throw new Failure('peer-misbehaved', { reason: 'reserved bits' });
  if (header.metaLength > MAX_META_BYTES) throw new Failure('peer-misbehaved', { reason: 'meta too long' });
  if (header.length > BLOCK_BYTES) throw new Failure('peer-misbehaved', { reason: 'content too long' });
  return header;
}

export const NO_HASH = Buffer.alloc(HASH_BYTES);
