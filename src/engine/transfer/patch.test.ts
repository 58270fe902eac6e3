import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { CopyRange } from '../../shared/copy-options.ts';
import type { JobResult } from '../../shared/job.ts';
import { setFdTimes } from '../disk/folder.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { type PullWishes, TwoEnds } from './testing/two-ends.ts';
import { FileVerifier, type VerifyCounts } from './verify-files.ts';

const MIB = 1 << 20;

/** A source and a target of one name in folders of their own. */
function makePair(source: Buffer, target: Buffer | null) {
  const folder = makeTempFolder();
  const [from, into] = [join(folder, 'from'), join(folder, 'into')];
  for (const path of [from, into]) mkdirSync(path);
  writeFileSync(join(from, 'file'), source);
  if (target !== null) writeFileSync(join(into, 'file'), target);
  return { source: join(from, 'file'), target: join(into, 'file'), into };
}

/** What is to be there afterwards. */
function patched(old: Buffer | null, source: Buffer, { offset, length, to }: CopyRange): Buffer {
  const whole = Buffer.alloc(Math.max(old?.length ?? 0, to + length));
  old?.copy(whole);
  source.copy(whole, to, offset, offset + length);
  return whole;
}

/** Reads back what a job wrote, by what is kept of it. */
async function verify(ends: TwoEnds, into: string): Promise<VerifyCounts | undefined> {
  const receipts = ends.reports.flatMap((report) =>
    report.kind === 'pull-receipts' ? [report.receipts] : [],
  );
  const job = ends.reports.flatMap((report) => (report.kind === 'pull-ended' ? [report.job] : [])).at(-1);
  if (job === undefined) throw new Error('no job has ended');
  const told: VerifyCounts[] = [];
  const order = { job, into: Buffer.from(into), receipts: receipts.slice(-1) };
  await new FileVerifier(order, (counts) => told.push(counts), new AbortController().signal).run();
  return told.at(-1);
}

/** Lengths about block borders, and small ones. */
const size = fc.oneof(fc.nat(300), fc.integer({ min: MIB - 2, max: MIB + 2 }), fc.nat(3 * MIB));

const cases = fc
  .record({
    sourceBytes: size.filter((bytes) => bytes > 0),
    /** Null: there is no target. */
    oldBytes: fc.option(size),
    offset: fc.nat(),
    length: fc.nat(),
    to: size,
    inPlace: fc.boolean(),
    isWithin: fc.boolean(),
    holeFrom: fc.option(fc.nat(2 * MIB)),
  })
  .map(({ sourceBytes, offset, length, ...rest }) => {
    const at = offset % sourceBytes;
    return { ...rest, sourceBytes, offset: at, length: 1 + (length % (sourceBytes - at)) };
  });

describe('a piece of a file', () => {
  it('is where it belongs, and all the rest as it was, whatever the sizes', { timeout: 60_000 }, async () => {
    const ends = await TwoEnds.start();
    await fc.assert(
      fc.asyncProperty(
        cases,
        async ({ sourceBytes, oldBytes, holeFrom, isWithin, offset, length, to, inPlace }) => {
          const old = oldBytes === null ? null : randomBytes(oldBytes);
          const paths = makePair(randomBytes(sourceBytes), old);
          if (holeFrom !== null && holeFrom < sourceBytes) {
            truncateSync(paths.source, holeFrom);
            truncateSync(paths.source, sourceBytes);
          }
          const source = readFileSync(paths.source);
          const range = { offset, length, to, inPlace };
          const result = await ends.pull([paths.source], paths.into, { range, isWithin });
          expect(result).toMatchObject({ state: 'done', files: 1, bytes: length, problems: [] });
          expect(result).toMatchObject({ verified: true, atomic: !inPlace });
          expect(readFileSync(paths.target).equals(patched(old, source, range))).toBe(true);
          expect(readdirSync(paths.into)).toEqual(['file']);
          expect(await verify(ends, paths.into)).toMatchObject({ files: 1, problemCount: 0 });
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([false, true])('is proven when it is read back (in place: %s)', async (inPlace) => {
    const ends = await TwoEnds.start();
    const { source, target, into } = makePair(randomBytes(3 * MIB), randomBytes(4 * MIB));
    const range = { offset: 5, length: 2 * MIB, to: MIB - 3, inPlace };
    await ends.pull([source], into, { range });
    const { mtimeMs } = statSync(target);
    const file = openSync(target, 'r+');
    writeSync(file, Buffer.from([1, 2, 3, 4, 5, 6, 7]), 0, 7, 2 * MIB);
    setFdTimes(file, Math.floor(mtimeMs / 1000), (mtimeMs % 1000) * 1_000_000);
    closeSync(file);
    expect(await verify(ends, into)).toMatchObject({ damaged: 1 });
  });

  it('keeps the mode of the target, and gives it a time of its own', async () => {
    const ends = await TwoEnds.start();
    const { source, target, into } = makePair(randomBytes(500), randomBytes(900));
    chmodSync(target, 0o640);
    const before = statSync(target);
    const range = { offset: 0, length: 500, to: 0, inPlace: false };
    await ends.pull([source], into, { range });
    const after = statSync(target);
    expect(after.mode).toBe(before.mode);
    expect(after.mtimeMs).not.toBe(statSync(source).mtimeMs);
    expect([after.ino === before.ino, after.size]).toEqual([false, 900]);
  });

  it('in place it stays the same file, with all its names', async () => {
    const ends = await TwoEnds.start();
    const { source, target, into } = makePair(randomBytes(500), randomBytes(900));
    linkSync(target, join(into, '..', 'other'));
    const before = statSync(target);
    const range = { offset: 0, length: 500, to: 100, inPlace: true };
    await ends.pull([source], into, { range });
    expect(statSync(target).ino).toBe(before.ino);
    expect(readFileSync(join(into, '..', 'other')).equals(readFileSync(target))).toBe(true);
  });

  it.each([false, true])('does not go into what is no file (in place: %s)', async (inPlace) => {
    const ends = await TwoEnds.start();
    const { source, target, into } = makePair(randomBytes(500), null);
    symlinkSync(source, target);
    const range = { offset: 0, length: 500, to: 0, inPlace };
    const result = await ends.pull([source], into, { range });
    expect(result).toMatchObject({ state: 'failed', failure: { code: 'exists' } });
    expect(readdirSync(into)).toEqual(['file']);
  });

  it('is listed when the file has become too short for it', async () => {
    const ends = await TwoEnds.start();
    const { source, target, into } = makePair(randomBytes(500), randomBytes(10));
    const range = { offset: 400, length: 101, to: 0, inPlace: false };
    const result = await ends.pull([source], into, { range });
    expect(result).toMatchObject({ state: 'partial', problems: [{ path: 'file', code: 'changed' }] });
    expect(statSync(target).size).toBe(10);
  });

  it('is not read from the file that it is written into', async () => {
    const ends = await TwoEnds.start();
    const old = randomBytes(3 * MIB);
    const { target, into } = makePair(old, old);
    const range = { offset: 0, length: 2 * MIB, to: MIB, inPlace: true };
    const refused = await ends.pull([target], into, { range, isWithin: true });
    expect(refused).toMatchObject({ state: 'failed', failure: { code: 'usage' } });
    expect(readFileSync(target).equals(old)).toBe(true);
    // beside it there is no such trouble
    const moved = { ...range, inPlace: false };
    expect(await ends.pull([target], into, { range: moved, isWithin: true })).toMatchObject({
      state: 'done',
    });
    expect(readFileSync(target).equals(patched(old, old, moved))).toBe(true);
  });
});

/** A large piece that is stopped when half of it is there. */
async function stopHalfWay(inPlace: boolean, wishes: PullWishes = {}) {
  const ends = await TwoEnds.start();
  const [content, old] = [randomBytes(70 * MIB), randomBytes(40 * MIB)];
  const { source, target, into } = makePair(content, old);
  const range = { offset: 3 * MIB + 1, length: 64 * MIB, to: MIB - 7, inPlace };
  const pull = ends.start([source], into, { servedBytesPerSecond: 128 * MIB, range, ...wishes });
  await vi.waitFor(() => expect(ends.progressOf(pull.job).at(-1)?.bytes).toBeGreaterThan(36 * MIB), {
    timeout: 20_000,
    interval: 10,
  });
  await ends.suspend();
  return { ends, pull, target, into, old, whole: patched(old, content, range) };
}

describe('a piece that was stopped', () => {
  it.each([false, true])('goes on where it was (in place: %s)', { timeout: 60_000 }, async (inPlace) => {
    const { ends, pull, target, into, old, whole } = await stopHalfWay(inPlace);
    const there = readFileSync(target);
    expect(there.equals(old)).toBe(!inPlace);
    const sentBytes = ends.progressOf(pull.job).at(-1)?.wireBytes ?? 0;
    ends.resume(pull.job);
    const result: JobResult = await pull.result;
    expect(result).toMatchObject({ state: 'done', bytes: 64 * MIB, problems: [] });
    expect(readFileSync(target).equals(whole)).toBe(true);
    expect(readdirSync(into)).toEqual(['file']);
    expect(sentBytes + result.wireBytes).toBeLessThan(66 * MIB);
  });

  it('begins anew when the target has changed meanwhile', { timeout: 60_000 }, async () => {
    const { ends, pull, target, into, whole } = await stopHalfWay(false);
    const edited = openSync(target, 'r+');
    writeSync(edited, Buffer.from('edited'), 0, 6, 100);
    closeSync(edited);
    whole.set(Buffer.from('edited'), 100);
    ends.resume(pull.job);
    expect(await pull.result).toMatchObject({ state: 'done' });
    expect(readFileSync(target).equals(whole)).toBe(true);
    expect(readdirSync(into)).toEqual(['file']);
  });

  it('leaves the target when it is given up, in place as far as it came', { timeout: 60_000 }, async () => {
    const { ends, pull, target, into, old } = await stopHalfWay(true);
    ends.resume(pull.job, { isPaused: true });
    pull.stop('nothing');
    expect(await pull.result).toMatchObject({ state: 'cancelled' });
    const left = readFileSync(target);
    expect(readdirSync(into)).toEqual(['file']);
    expect(left.subarray(0, MIB - 7).equals(old.subarray(0, MIB - 7))).toBe(true);
  });
});
