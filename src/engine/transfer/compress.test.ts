import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { NO_HASH, SOURCE_FRAME, STATUS } from '../wire/data-frame.ts';
import { writeOutcome } from '../wire/data-run-table.ts';
import { CODING } from '../wire/zstd.ts';
import { CompressChoice } from './compress-choice.ts';
import type { SourceFrame } from './frame-assembler.ts';
import { inflateFrame } from './inflate-frame.ts';
import { packContent } from './pack-content.ts';
import { codingFor } from './pull-coding.ts';
import type { PullWork } from './pull-work.ts';
import { TwoEnds } from './testing/two-ends.ts';
import { type FileTask, newLargeFile } from './work-queue.ts';

const MIB = 1 << 20;
const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });
const NOTHING = Buffer.alloc(0);

function taskOf(size: number): FileTask {
  const version = { size, mtimeSec: 0, mtimeNs: 0, ctimeSec: 0, ctimeNs: 0 };
  const name = 'f' as FileTask['sourceName'];
  const target = { folder: 0, name, plan: { kind: 'new' } } as const;
  const none = { mode: 0, holeBytes: 0, group: 0, tries: 0, pathBytes: 0, row: 0 };
  return { folder: 0, sourceName: name, target, version, ...none };
}

function blockOf(length: number): PullWork {
  return { kind: 'block', file: newLargeFile(taskOf(length), null, null), offset: 0, length };
}

function runOf(...sizes: number[]): PullWork {
  return { kind: 'run', files: sizes.map(taskOf), bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

function tableOf(...sizes: number[]): Buffer {
  const writer = new ByteWriter(64);
  for (const length of sizes) writeOutcome(writer, { status: 'ok', length });
  return writer.view();
}

function frameOf(content: Buffer, meta: Buffer = NOTHING): SourceFrame {
  const lengths = { metaLength: meta.length, length: content.length };
  const header = {
    kind: SOURCE_FRAME.block,
    status: STATUS.ok,
    tag: 1,
    ...lengths,
    isCompressed: true,
    hash: NO_HASH,
  };
  return { header, meta, content, hashed: NOTHING, isOwn: false };
}

describe('what comes compressed', () => {
  test('is what it was before, blocks and runs', () => {
    const content = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 5_000 }),
      fc
        .record({ byte: fc.nat(255), length: fc.integer({ min: 1, max: MIB }) })
        .map(({ byte, length }) => new Uint8Array(length).fill(byte)),
    );
    fc.assert(
      fc.property(content, (bytes) => {
        const raw = Buffer.from(bytes);
        const packed = zstdCompressSync(raw);
        const block = inflateFrame(frameOf(packed), blockOf(raw.length));
        expect(block.content.equals(raw) && block.hashed.equals(raw)).toBe(true);
        const table = tableOf(raw.length);
        const run = inflateFrame(frameOf(packed, table), runOf(raw.length));
        expect(run.content.equals(raw)).toBe(true);
        expect(run.hashed.equals(Buffer.concat([table, raw]))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test.each([1, 100, MIB - 1])('a bomb is not blown up beyond the %i bytes that were asked for', (length) => {
    const bomb = zstdCompressSync(Buffer.alloc(256 * MIB), { params: { [constants.ZSTD_c_windowLog]: 20 } });
    const before = process.memoryUsage().arrayBuffers;
    expect(() => inflateFrame(frameOf(bomb), blockOf(length))).toThrow(MISBEHAVED);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * MIB);
    expect(() => inflateFrame(frameOf(bomb, tableOf(length)), runOf(length))).toThrow(MISBEHAVED);
  });

  test('a window larger than a block is refused before it is allocated', () => {
    const wide = zstdCompressSync(Buffer.alloc(64 * MIB, 'x'), {
      params: { [constants.ZSTD_c_windowLog]: 26 },
    });
    expect(() => inflateFrame(frameOf(wide), blockOf(MIB))).toThrow(MISBEHAVED);
  });

  test('too little, cut, damaged or something else is refused', () => {
    const raw = Buffer.from('ferry '.repeat(1_000));
    const packed = zstdCompressSync(raw, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    const work = blockOf(raw.length);
    expect(() => inflateFrame(frameOf(packed), blockOf(raw.length + 1))).toThrow(MISBEHAVED);
    expect(() => inflateFrame(frameOf(NOTHING), work)).toThrow(MISBEHAVED);
    expect(() => inflateFrame(frameOf(raw), work)).toThrow(MISBEHAVED);
    expect(() => inflateFrame(frameOf(randomBytes(500)), work)).toThrow(MISBEHAVED);
    for (let end = 0; end < packed.length; end++) {
      expect(() => inflateFrame(frameOf(packed.subarray(0, end)), work)).toThrow(MISBEHAVED);
    }
    expect(() => inflateFrame(frameOf(packed, tableOf(5)), runOf(6))).toThrow(MISBEHAVED);
    expect(() => inflateFrame(frameOf(packed), runOf(6))).toThrow(MISBEHAVED);
  });
});

describe('what is compressed', () => {
  const never = new CompressChoice(null);
  const text = Buffer.from('all work and no play makes a dull boy. '.repeat(30_000)).subarray(0, MIB);

  test('is what becomes smaller, where it was asked for', () => {
    expect(packContent(text, CODING.compress, never)?.length).toBeLessThan(text.length / 10);
    expect(packContent(text, CODING.raw, never)).toBeNull();
    expect(packContent(randomBytes(MIB), CODING.compress, never)).toBeNull();
    expect(packContent(zstdCompressSync(randomBytes(MIB)), CODING.compress, never)).toBeNull();
    expect(packContent(text.subarray(0, 100), CODING.compress, never)).toBeNull();
  });

  test('is nothing before the link is known to be slow, and with auto only then', () => {
    let nowMs = 0;
    const choice = new CompressChoice(null, {}, () => nowMs);
    const write = (bytesPerSecond: number) => {
      for (let piece = 0; piece < 600; piece++) {
        choice.writeBegins();
        nowMs += (MIB / bytesPerSecond) * 1000;
        choice.writeEnds(MIB);
      }
    };
    expect(packContent(text, CODING.mayCompress, choice)).toBeNull();
    write(1.3e9);
    expect(packContent(text, CODING.mayCompress, choice)).toBeNull();
    write(12.5e6);
    expect(packContent(text, CODING.mayCompress, choice)).not.toBeNull();
    write(1.3e9);
    expect(choice.pays).toBe(false);
  });

  test('a link that is shared by connections is as fast as they are together', () => {
    let nowMs = 0;
    const choice = new CompressChoice(null, {}, () => nowMs);
    for (let piece = 0; piece < 100; piece++) {
      for (let stream = 0; stream < 10; stream++) choice.writeBegins();
      nowMs += 20;
      for (let stream = 0; stream < 10; stream++) choice.writeEnds(MIB);
    }
    expect(choice.pays).toBe(false);
  });

  test('time without anything to write says nothing about the link', () => {
    let nowMs = 0;
    const choice = new CompressChoice(null, {}, () => nowMs);
    for (let piece = 0; piece < 20; piece++) {
      nowMs += 1_000;
      choice.writeBegins();
      nowMs += 1;
      choice.writeEnds(MIB);
    }
    expect(choice.pays).toBe(false);
  });

  test('a limit is as good as a slow link, a slow compressor as bad as a fast one', () => {
    expect(new CompressChoice(10e6).pays).toBe(true);
    expect(new CompressChoice(1e9).pays).toBe(false);
    expect(new CompressChoice(60e6, { isLoopback: true }).pays).toBe(false);
    expect(new CompressChoice(10e6, { isLoopback: true }).pays).toBe(true);
    expect(new CompressChoice(null, { linkSpeed: 12e6 }).pays).toBe(true);
    const slow = new CompressChoice(10e6);
    for (let times = 0; times < 20; times++) slow.compressed(MIB, 200);
    expect(slow.pays).toBe(false);
  });

  test('the destination has no use for it while it is what is too slow', () => {
    const order = { compress: 'auto', limitBytesPerSecond: null } as const;
    expect(codingFor({ ...order, compress: 'off' }, 'link')).toBe(CODING.raw);
    expect(codingFor({ ...order, compress: 'on' }, 'destination-disk')).toBe(CODING.compress);
    expect(codingFor(order, 'destination-disk')).toBe(CODING.raw);
    expect(codingFor(order, 'unknown')).toBe(CODING.mayCompress);
    expect(codingFor({ ...order, limitBytesPerSecond: 1e6 }, 'own-limit')).toBe(CODING.compress);
  });
});

describe('a copy', () => {
  function makeTree(): { source: string; into: string; bytes: number } {
    const folder = makeTempFolder();
    const source = join(folder, 'tree');
    mkdirSync(source);
    const large = Buffer.from('2026-11-20 info something happened\n'.repeat(200_000));
    writeFileSync(join(source, 'large.log'), large);
    for (let file = 0; file < 50; file++)
      writeFileSync(join(source, `${file}.txt`), `${file} `.repeat(2_000));
    return { source, into: join(folder, 'into'), bytes: large.length };
  }

  test.each(['on', 'auto', 'off'] as const)('with --compress %s comes out identical', async (compress) => {
    const { source, into, bytes } = makeTree();
    const ends = await TwoEnds.start();
    // A limit of the source is what makes auto worth it on one machine.
    const limit = compress === 'auto' ? { servedBytesPerSecond: 4_000_000 } : {};
    const result = await ends.pull([source], into, { compress, ...limit });
    expect(result).toMatchObject({ state: 'done', verified: true, problems: [] });
    for (const name of ['large.log', '7.txt']) {
      expect(readFileSync(join(into, 'tree', name)).equals(readFileSync(join(source, name)))).toBe(true);
    }
    if (compress === 'off') expect(result.wireBytes).toBeGreaterThan(bytes);
    else expect(result.wireBytes).toBeLessThan(bytes / 5);
  });

  test('what is compressed already goes as it is', async () => {
    const folder = makeTempFolder();
    writeFileSync(join(folder, 'noise'), randomBytes(5 * MIB));
    const ends = await TwoEnds.start();
    const result = await ends.pull([join(folder, 'noise')], join(folder, 'into'), { compress: 'on' });
    expect(result.state).toBe('done');
    expect(result.wireBytes).toBeGreaterThan(5 * MIB);
  });
});
