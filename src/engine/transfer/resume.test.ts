import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import { createAwkwardTree } from '../../../tools/trees/awkward-tree.ts';
import { createSmallFiles } from '../../../tools/trees/small-files.ts';
import { makeTempFolder, namesBelow } from '../disk/testing/temp-folder.ts';
import { type Pull, type PullWishes, TwoEnds } from './testing/two-ends.ts';

const MIB = 1 << 20;
const LARGE_BYTES = 80 * MIB + 12_345;

/** A tree with everything in it and one large file that comes last. */
function makeTree() {
  const folder = makeTempFolder();
  const source = join(folder, 'tree');
  createAwkwardTree(source, { holeBytes: MIB });
  createSmallFiles(join(source, 'small'), { files: 300 });
  writeFileSync(join(source, 'large'), randomBytes(LARGE_BYTES));
  return { source, into: join(folder, 'into') };
}

/** Stops a copy when about `bytes` of it are there. */
async function stopAt(ends: TwoEnds, pull: Pull, bytes: number): Promise<void> {
  await vi.waitFor(() => expect(ends.progressOf(pull.job).at(-1)?.bytes).toBeGreaterThan(bytes), {
    timeout: 20_000,
    interval: 10,
  });
  await ends.suspend();
}

const lastWireBytes = (ends: TwoEnds, pull: Pull) => ends.progressOf(pull.job).at(-1)?.wireBytes ?? 0;

async function startAndStop(wishes: PullWishes = {}, prepare: (into: string) => void = () => undefined) {
  const ends = await TwoEnds.start();
  const { source, into } = makeTree();
  mkdirSync(into);
  prepare(into);
  const pull = ends.start([source], into, { servedBytesPerSecond: 128 * MIB, ...wishes });
  await stopAt(ends, pull, 45 * MIB);
  return { ends, source, into, pull, sentBytes: lastWireBytes(ends, pull) };
}

/** The one part folder of a job. */
function partIn(into: string): string {
  const [part = ''] = readdirSync(into).filter((name) => name.endsWith('.part'));
  return join(into, part);
}

async function expectSame(source: string, into: string): Promise<void> {
  expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
  expect(readdirSync(into).filter((name) => name.startsWith('.ferry-'))).toEqual([]);
}

describe('a copy that was stopped goes on', () => {
  test('in a new folder: nothing that is there is sent again', async () => {
    const { ends, source, into, pull, sentBytes } = await startAndStop();
    ends.resume(pull.job);
    const result = await pull.result;
    expect(result).toMatchObject({ state: 'done', problems: [], unchanged: 0 });
    await expectSame(source, into);
    const total = result.bytes;
    expect(sentBytes + result.wireBytes).toBeLessThan(total * 1.02 + 2 * MIB);
  });

  test('in a folder that was there: the same', async () => {
    const { ends, source, into, pull, sentBytes } = await startAndStop({}, (at) =>
      mkdirSync(join(at, 'tree')),
    );
    ends.resume(pull.job);
    const result = await pull.result;
    expect(result).toMatchObject({ state: 'done', problems: [] });
    await expectSame(source, into);
    expect(namesBelow(into).filter((name) => name.includes('.ferry-') && name.endsWith('.part'))).toEqual([
      'tree/names/.ferry-x.part',
    ]);
    expect(sentBytes + result.wireBytes).toBeLessThan(result.bytes * 1.02 + 2 * MIB);
  });

  test('more than once', async () => {
    const { ends, source, into, pull } = await startAndStop();
    ends.resume(pull.job);
    await stopAt(ends, pull, 60 * MIB);
    ends.resume(pull.job);
    expect(await pull.result).toMatchObject({ state: 'done', problems: [] });
    await expectSame(source, into);
  });

  test('without any claim: large files are fetched anew, whole ones are there', async () => {
    const { ends, source, into, pull } = await startAndStop();
    ends.resume(pull.job, { claims: [] });
    const result = await pull.result;
    expect(result).toMatchObject({ state: 'done', problems: [] });
    await expectSame(source, into);
    expect(result.wireBytes).toBeGreaterThan(LARGE_BYTES);
    expect(result.wireBytes).toBeLessThan(LARGE_BYTES + 12 * MIB);
  });

  test('one that was paused stays so', async () => {
    const { ends, into, source, pull } = await startAndStop();
    ends.resume(pull.job, { isPaused: true });
    await vi.waitFor(() => expect(ends.stateOf(pull.job)).toBe('paused'));
    pull.pause(false);
    expect(await pull.result).toMatchObject({ state: 'done' });
    await expectSame(source, into);
  });

  test.each(['parts', 'nothing'] as const)(
    'given up afterwards, in folders that were there: keep %s',
    async (keep) => {
      const { ends, into, pull } = await startAndStop({}, (at) => mkdirSync(join(at, 'tree')));
      ends.resume(pull.job, { isPaused: true });
      pull.stop(keep);
      expect(await pull.result).toMatchObject({ state: 'cancelled' });
      const parts = namesBelow(into).filter((name) => name.includes('.ferry-') && !name.includes('.ferry-x'));
      // What was written of the large file stays for another job that wants it, unless nothing is to stay.
      expect(parts).toHaveLength(keep === 'parts' ? 1 : 0);
    },
  );
});

describe('given up before the source has listed it again', () => {
  test.each([true, false])('what arrived whole can be kept (nothing listed again: %s)', async (isPaused) => {
    const { ends, source, into, pull } = await startAndStop();
    ends.resume(pull.job, { isPaused });
    if (!isPaused)
      await vi.waitFor(() => expect(ends.progressOf(pull.job).at(-1)?.totalFiles).toBeGreaterThan(0));
    pull.stop('arrived');
    expect(await pull.result).toMatchObject({ state: 'cancelled' });
    expect(readdirSync(into)).toEqual(['tree']);
    const differences = await compareByNode(source, join(into, 'tree'));
    const missing = differences.filter((line) => line.includes('large') || line.includes('big'));
    expect(missing.length).toBeGreaterThan(0);
    // Modes and times of folders come with the listing; contents are whole or not there.
    expect(differences.filter((line) => line.startsWith('content'))).toEqual([]);
    expect(namesBelow(join(into, 'tree/small')).length).toBeGreaterThan(300);
  });

  test('nothing stays when nothing should', async () => {
    const { ends, into, pull } = await startAndStop();
    ends.resume(pull.job, { isPaused: true });
    pull.stop('nothing');
    expect(await pull.result).toMatchObject({ state: 'cancelled' });
    expect(readdirSync(into)).toEqual([]);
    expect(ends.partsOf(pull.job)).toEqual([]);
  });
});

describe('nothing unverified is kept', () => {
  test('a byte that was changed in a kept part is found and fetched again', async () => {
    const { ends, source, into, pull } = await startAndStop();
    const fd = openSync(join(partIn(into), 'large'), 'r+');
    writeSync(fd, Buffer.from([1, 2, 3, 4]), 0, 4, 3 * MIB + 17);
    ends.resume(pull.job);
    const result = await pull.result;
    expect(result).toMatchObject({ state: 'done', problems: [] });
    await expectSame(source, into);
  });

  test('claims that are damaged cost bytes and nothing else', async () => {
    const { ends, source, into, pull } = await startAndStop();
    const claims = ends.claimsOf(pull.job).map((claim, index) => {
      const hashes = Buffer.from(claim.hashes);
      hashes[index % hashes.length] = (hashes[index % hashes.length] ?? 0) ^ 0x10;
      return { ...claim, hashes, firstBlock: index % 2 === 0 ? claim.firstBlock : claim.firstBlock + 1 };
    });
    ends.resume(pull.job, { claims });
    expect(await pull.result).toMatchObject({ state: 'done', problems: [] });
    await expectSame(source, into);
  });

  test('a small file that was changed, or cut short, is fetched again', async () => {
    const { ends, source, into, pull } = await startAndStop();
    const small = join(partIn(into), 'small');
    const [first = '', second = ''] = namesBelow(small).filter((name) => !name.endsWith('/'));
    writeFileSync(join(small, first), 'something else');
    const { atime, mtime } = statSync(join(small, second));
    writeFileSync(join(small, second), 'x');
    utimesSync(join(small, second), atime, mtime);
    ends.resume(pull.job);
    expect(await pull.result).toMatchObject({ state: 'done', problems: [] });
    await expectSame(source, into);
  });

  test('a part that somebody put a link in place of is left alone', async () => {
    const { ends, source, into, pull } = await startAndStop();
    const elsewhere = join(into, '..', 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'canary'), 'here');
    const part = partIn(into);
    rmSync(part, { recursive: true });
    symlinkSync(elsewhere, part);
    ends.resume(pull.job);
    expect(await pull.result).toMatchObject({ state: 'done', problems: [] });
    expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
    expect(readdirSync(elsewhere)).toEqual(['canary']);
  });
});

describe('a source that changed meanwhile', () => {
  test('its new content comes whole, and nothing of the old stays', async () => {
    const { ends, source, into, pull } = await startAndStop();
    const content = readFileSync(join(source, 'large'));
    content[5] = (content[5] ?? 0) ^ 1;
    writeFileSync(join(source, 'large'), content);
    const [first = ''] = namesBelow(join(source, 'small')).filter((name) => !name.endsWith('/'));
    writeFileSync(join(source, 'small', first), 'new');
    rmSync(join(source, 'links'), { recursive: true, force: true });
    writeFileSync(join(source, 'links'), 'a file now');
    ends.resume(pull.job);
    expect(await pull.result).toMatchObject({ state: 'done', problems: [] });
    await expectSame(source, into);
  });

  test('what it does not have any more goes', async () => {
    const { ends, source, into, pull } = await startAndStop();
    rmSync(join(source, 'small'), { recursive: true });
    rmSync(join(source, 'large'));
    ends.resume(pull.job);
    expect(await pull.result).toMatchObject({ state: 'done', problems: [] });
    await expectSame(source, into);
  });

  test('also from folders that were there', async () => {
    const { ends, source, into, pull } = await startAndStop({}, (at) => mkdirSync(join(at, 'tree')));
    rmSync(join(source, 'large'));
    ends.resume(pull.job);
    expect(await pull.result).toMatchObject({ state: 'done', problems: [] });
    expect(namesBelow(into).filter((name) => name.includes('.ferry-') && !name.includes('.ferry-x'))).toEqual(
      [],
    );
  });
});
