import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { type ByteName, fromText } from './byte-name.ts';
import { ByteWriter } from './byte-writer.ts';
import { BLOCK_BYTES, MAX_OPEN_BODY_BYTES, MAX_RUN_FILE_BYTES, MAX_RUN_FILES } from './data-frame.ts';
import { type FileVersion, writeVersion } from './data-version.ts';
import {
  decodeCommit,
  decodeOpen,
  decodeWantBlock,
  decodeWantHash,
  decodeWantRun,
  encodeCommit,
  encodeGroups,
  encodeOpen,
  encodeWantBlock,
  encodeWantHash,
  type WantGroup,
} from './data-wants.ts';
import { anyName, anyPath, anyVersion } from './testing/arbitraries.ts';
import { expectSurvivesGarbage, expectSurvivesTruncation } from './testing/survives.ts';

const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });
const job = 'ab'.repeat(16) as JobId;
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const pathToFile = fc.tuple(anyPath, anyName).map(([path, name]) => [...path, name]);
const version = (size: number): FileVersion => ({
  size,
  mtimeSec: -5,
  mtimeNs: 999_999_999,
  ctimeSec: 2 ** 40,
  ctimeNs: 1,
});

const wantBlock = fc
  .tuple(pathToFile, anyVersion, fc.nat(), fc.integer({ min: 1, max: BLOCK_BYTES }))
  .map(([path, made, offset, length]) => ({
    path,
    version: { ...made, size: Math.max(made.size, offset + length) },
    offset,
    length,
  }));

const wantGroups: fc.Arbitrary<WantGroup[]> = fc.array(
  fc.record({
    folder: anyPath,
    files: fc.array(
      fc.record({
        name: anyName,
        version: fc.tuple(anyVersion, fc.nat({ max: 10_000 })).map(([made, size]) => ({ ...made, size })),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }),
  { minLength: 1, maxLength: 5 },
);

const whole = {
  block: encodeWantBlock({
    path: [fromText('a'), fromText('b')],
    version: version(100),
    offset: 3,
    length: 97,
  }),
  hash: encodeWantHash({ path: [fromText('a'), fromText('b')], version: version(100) }),
  run: encodeGroups([
    { folder: [], files: [{ name: fromText('a'), version: version(1) }] },
    { folder: [fromText('f')], files: [{ name: fromText('b'), version: version(0) }] },
  ]),
  commit: encodeCommit({ entries: 3, listingDigest: Buffer.alloc(32, 7) }),
  open: encodeOpen({ job, secret: Buffer.alloc(32, 9) }),
};

describe('round trip', () => {
  test('blocks, hashes, commits and grants', () => {
    fc.assert(
      fc.property(wantBlock, bytes32, fc.nat(), (want, secret, entries) => {
        expect(decodeWantBlock(encodeWantBlock(want))).toEqual(want);
        const { path, version: of } = want;
        expect(decodeWantHash(encodeWantHash({ path, version: of }))).toEqual({ path, version: of });
        const commit = { entries, listingDigest: secret };
        expect(decodeCommit(encodeCommit(commit))).toEqual(commit);
        expect(decodeOpen(encodeOpen({ job, secret }))).toEqual({ job, secret });
      }),
    );
  });

  test('runs', () => {
    fc.assert(
      fc.property(wantGroups, (groups) => {
        expect(decodeWantRun(encodeGroups(groups))).toEqual(groups);
      }),
    );
  });

  test('the frame that shows the grant fits its limit', () => {
    expect(whole.open.length).toBeLessThanOrEqual(MAX_OPEN_BODY_BYTES);
  });
});

describe('cut or changed', () => {
  const decoders = [
    ['block', whole.block, decodeWantBlock],
    ['hash', whole.hash, decodeWantHash],
    ['run', whole.run, decodeWantRun],
    ['commit', whole.commit, decodeCommit],
  ] as const;

  test.each(decoders)('%s', (_name, bytes, decode) => {
    expectSurvivesTruncation(decode, bytes, ['peer-misbehaved']);
    expectSurvivesGarbage(decode, bytes, ['peer-misbehaved']);
  });

  test('open: another version of the wire is told apart', () => {
    expectSurvivesTruncation(decodeOpen, whole.open, ['peer-misbehaved']);
    expectSurvivesGarbage(decodeOpen, whole.open, ['peer-misbehaved', 'newer-peer', 'older-peer']);
    const newer = Buffer.from(whole.open);
    newer.writeUInt16BE(2);
    expect(() => decodeOpen(newer)).toThrow(expect.objectContaining({ code: 'newer-peer' }));
    const older = Buffer.from(whole.open);
    older.writeUInt16BE(0);
    expect(() => decodeOpen(older)).toThrow(expect.objectContaining({ code: 'older-peer' }));
  });
});

describe('what an honest puller never asks', () => {
  const path = [fromText('a')];
  const unsafe = ['', '.', '..', 'a/b', 'a\0b'].map((name) => name as ByteName);

  test.each(unsafe)('the name %j, anywhere', (name) => {
    const of = version(10);
    expect(() =>
      decodeWantBlock(encodeWantBlock({ path: [name], version: of, offset: 0, length: 1 })),
    ).toThrow(MISBEHAVED);
    expect(() => decodeWantHash(encodeWantHash({ path: [...path, name], version: of }))).toThrow(MISBEHAVED);
    expect(() => decodeWantRun(encodeGroups([{ folder: [name], files: [] }]))).toThrow(MISBEHAVED);
    expect(() => decodeWantRun(encodeGroups([{ folder: [], files: [{ name, version: of }] }]))).toThrow(
      MISBEHAVED,
    );
  });

  test.each([
    ['no path', { path: [], offset: 0, length: 1 }],
    ['nothing', { path, offset: 0, length: 0 }],
    ['more than a block', { path, offset: 0, length: BLOCK_BYTES + 1 }],
    ['past the end', { path, offset: 3 * BLOCK_BYTES - 1, length: 2 }],
    ['far past the end', { path, offset: Number.MAX_SAFE_INTEGER, length: BLOCK_BYTES }],
  ])('%s', (_name, want) => {
    const bytes = encodeWantBlock({ ...want, version: version(3 * BLOCK_BYTES) });
    expect(() => decodeWantBlock(bytes)).toThrow(MISBEHAVED);
  });

  test('a path deeper than any listing', () => {
    const deep = Array.from({ length: 2_001 }, () => fromText('d'));
    expect(() => decodeWantHash(encodeWantHash({ path: deep, version: version(1) }))).toThrow(MISBEHAVED);
    const deepest = deep.slice(1);
    expect(decodeWantHash(encodeWantHash({ path: deepest, version: version(1) })).path).toEqual(deepest);
  });

  test('a run without files, with too many, with a large one, or of more than a block', () => {
    const run = (sizes: readonly number[]) =>
      encodeGroups([
        { folder: [], files: sizes.map((size) => ({ name: fromText('f'), version: version(size) })) },
      ]);
    expect(() => decodeWantRun(run([]))).toThrow(MISBEHAVED);
    expect(() => decodeWantRun(encodeGroups([]))).toThrow(MISBEHAVED);
    expect(decodeWantRun(run(Array.from({ length: MAX_RUN_FILES }, () => 1)))[0]?.files).toHaveLength(
      MAX_RUN_FILES,
    );
    expect(() => decodeWantRun(run(Array.from({ length: MAX_RUN_FILES + 1 }, () => 1)))).toThrow(MISBEHAVED);
    expect(() => decodeWantRun(run([MAX_RUN_FILE_BYTES + 1]))).toThrow(MISBEHAVED);
    expect(decodeWantRun(run(Array.from({ length: 4 }, () => MAX_RUN_FILE_BYTES)))).toHaveLength(1);
    expect(() => decodeWantRun(run([...Array.from({ length: 4 }, () => MAX_RUN_FILE_BYTES), 1]))).toThrow(
      MISBEHAVED,
    );
  });

  test('counts that lie cost nothing', () => {
    const writer = new ByteWriter();
    writer.u16(0xffff);
    writer.u16(0);
    writer.u16(0xffff);
    writer.u8(1);
    writer.latin1('a');
    writeVersion(writer, version(1));
    expect(() => decodeWantRun(writer.view())).toThrow(MISBEHAVED);
  });
});
