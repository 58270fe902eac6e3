import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK_BYTES, HASH_BYTES, HEADER_BYTES, MAX_META_BYTES, writeHeader } from '../wire/data-frame.ts';
import { FrameAssembler, type SourceFrame } from './frame-assembler.ts';

interface Sent {
  readonly kind: number;
  readonly status: number;
  readonly tag: number;
  readonly hash: Buffer;
  readonly meta: Buffer;
  readonly content: Buffer;
}

const anySent: fc.Arbitrary<Sent> = fc.record({
  kind: fc.nat({ max: 255 }),
  status: fc.nat({ max: 255 }),
  tag: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  hash: fc.uint8Array({ minLength: HASH_BYTES, maxLength: HASH_BYTES }).map((bytes) => Buffer.from(bytes)),
  meta: fc
    .tuple(fc.nat({ max: 300 }), fc.nat({ max: 255 }))
    .map(([length, fill]) => Buffer.alloc(length, fill)),
  content: fc
    .tuple(fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 100_000 })), fc.nat({ max: 255 }))
    .map(([length, fill]) => Buffer.alloc(length, fill)),
});

function encode({ kind, status, tag, hash, meta, content }: Sent): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  writeHeader(header, {
    kind,
    status,
    tag,
    hash,
    metaLength: meta.length,
    length: content.length,
    isCompressed: false,
  });
  return Buffer.concat([header, meta, content]);
}

/** A copy: views are only good until the next read. */
function copyOf({ header, meta, content, hashed }: SourceFrame): Sent {
  expect(hashed.equals(Buffer.concat([meta, content]))).toBe(true);
  const { kind, status, tag, hash } = header;
  return {
    kind,
    status,
    tag,
    hash: Buffer.from(hash),
    meta: Buffer.from(meta),
    content: Buffer.from(content),
  };
}

/** Reads as a socket does: into the room it is given, at most `most` bytes at a time. */
function readInPlace(assembler: FrameAssembler, bytes: Buffer, sizes: readonly number[]): void {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const room = assembler.room();
    expect(room.length).toBeGreaterThan(0);
    const count = Math.min(sizes[turn % sizes.length] ?? 1, room.length, bytes.length - at);
    bytes.copy(room, 0, at, at + count);
    assembler.filled(count);
    at += count;
  }
}

test('frames are the same however they arrive', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(anySent, { maxLength: 6 }), sizes, (sent, chunks) => {
      const bytes = Buffer.concat(sent.map(encode));
      const inPlace: Sent[] = [];
      readInPlace(new FrameAssembler((frame) => inPlace.push(copyOf(frame))), bytes, chunks);
      expect(inPlace).toEqual(sent);
      const pushed: Sent[] = [];
      const assembler = new FrameAssembler((frame) => pushed.push(copyOf(frame)));
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const end = at + (chunks[turn % chunks.length] ?? 1);
        assembler.push(bytes.subarray(at, end));
        at = end;
      }
      expect(pushed).toEqual(sent);
    }),
    { numRuns: 60 },
  );
});

test('content lands in one piece of memory, directly behind its header', () => {
  const content = Buffer.alloc(BLOCK_BYTES, 7);
  const bytes = encode({
    kind: 69,
    status: 0,
    tag: 1,
    hash: Buffer.alloc(HASH_BYTES),
    meta: Buffer.alloc(0),
    content,
  });
  let frames = 0;
  const assembler = new FrameAssembler((frame) => {
    frames += 1;
    expect(frame.content.equals(content)).toBe(true);
  });
  readInPlace(assembler, bytes, [16 * 1024]);
  expect(frames).toBe(1);
});

test('memory follows checked headers, and never grows beyond the largest frame', () => {
  const largest = HEADER_BYTES + MAX_META_BYTES + BLOCK_BYTES;
  const assembler = new FrameAssembler(() => undefined);
  const small = encode({
    kind: 1,
    status: 0,
    tag: 0,
    hash: Buffer.alloc(HASH_BYTES),
    meta: Buffer.alloc(9),
    content: Buffer.alloc(9),
  });
  readInPlace(assembler, small, [1]);
  expect(assembler.room().buffer.byteLength).toBeLessThanOrEqual(64 * 1024);
  const full = encode({
    kind: 1,
    status: 0,
    tag: 0,
    hash: Buffer.alloc(HASH_BYTES),
    meta: Buffer.alloc(MAX_META_BYTES),
    content: Buffer.alloc(BLOCK_BYTES),
  });
  for (let round = 0; round < 3; round++) readInPlace(assembler, full, [100_000]);
  expect(assembler.room().buffer.byteLength).toBeLessThanOrEqual(largest + 64 * 1024);
});

test.each([
  [8, MAX_META_BYTES + 1],
  [12, BLOCK_BYTES + 1],
  [8, 0xffff_ffff],
  [0, 0x45_00_00_02],
])('a header that lies at %d is refused by itself', (at, value) => {
  const header = encode({
    kind: 69,
    status: 0,
    tag: 1,
    hash: Buffer.alloc(HASH_BYTES),
    meta: Buffer.alloc(0),
    content: Buffer.alloc(0),
  });
  header.writeUInt32BE(value, at);
  const assembler = new FrameAssembler(() => {
    throw new Error('no frame was whole');
  });
  expect(() => assembler.push(header)).toThrow(expect.objectContaining({ code: 'peer-misbehaved' }));
});

test('memory that is kept stays as it is while reading goes on', () => {
  const kept: { content: Buffer; release: () => void; fill: number }[] = [];
  const assembler: FrameAssembler = new FrameAssembler((frame) => {
    kept.push({ content: frame.content, release: assembler.keep(), fill: frame.header.tag });
    if (kept.length < 3) return;
    const oldest = kept.shift();
    expect(oldest?.content.every((byte) => byte === oldest.fill)).toBe(true);
    oldest?.release();
  });
  for (let tag = 0; tag < 20; tag++) {
    const content = Buffer.alloc(50_000, tag);
    readInPlace(
      assembler,
      encode({ kind: 69, status: 0, tag, hash: Buffer.alloc(HASH_BYTES), meta: Buffer.alloc(0), content }),
      [16_384],
    );
  }
  expect(kept).toHaveLength(2);
});
