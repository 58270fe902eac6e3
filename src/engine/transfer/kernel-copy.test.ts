import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { compareTrees } from '../../../tools/compare-trees.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { TwoEnds } from './testing/two-ends.ts';

const MIB = 1024 * 1024;

/** What the kernel was asked to copy, and what it is to answer. */
const kernel = vi.hoisted(() => ({
  copied: 0,
  answer: null as ((from: number, at: number) => 'copy' | 'refuse' | 'fail') | null,
}));

// A file system that shares nothing: what is under test comes after a clone.
vi.mock('../disk/clone.ts', async (original) => {
  const real = await original<typeof import('../disk/clone.ts')>();
  return {
    ...real,
    cloneWhole: () => false,
    copyInKernel: (from: number, at: number, to: number, toAt: number, length: number) => {
      const answer = kernel.answer?.(from, at) ?? 'copy';
      if (answer === 'refuse') return 0;
      if (answer === 'fail') throw Object.assign(new Error('EIO: copy'), { code: 'EIO' });
      const count = real.copyInKernel(from, at, to, toAt, length);
      kernel.copied += count;
      return count;
    },
  };
});

function makeTree(largeBytes: readonly number[]) {
  const folder = makeTempFolder();
  const [source, into] = [join(folder, 'tree'), join(folder, 'into')];
  mkdirSync(join(source, 'below'), { recursive: true });
  writeFileSync(join(source, 'small'), 'small');
  for (const [index, bytes] of largeBytes.entries()) {
    writeFileSync(join(source, 'below', `large${index}`), randomBytes(bytes));
  }
  kernel.copied = 0;
  kernel.answer = null;
  return { source, into, large: join(source, 'below', 'large0') };
}

const differences = async (source: string, into: string) =>
  (await compareTrees(source, join(into, 'tree'))).differences;

test('large files within one device are copied by the kernel, and the rest is not', async () => {
  const { source, into } = makeTree([9 * MIB + 1, MIB, MIB - 1]);
  writeFileSync(join(source, 'hole'), 'x');
  truncateSync(join(source, 'hole'), 64 * MIB);
  const ends = await TwoEnds.start();
  const result = await ends.pull([source], into, { isWithin: true });
  expect(result).toMatchObject({ state: 'done', files: 5, problems: [], wireBytes: 0, reusedBytes: 0 });
  expect(result.rungs.raw).toEqual({ files: 5, bytes: result.bytes });
  expect(await differences(source, into)).toEqual([]);
  expect(kernel.copied).toBe(10 * MIB + 1);
});

test('without reuse, which is so under --verify too, all is read and hashed', async () => {
  const { source, into } = makeTree([3 * MIB]);
  const ends = await TwoEnds.start();
  expect(await ends.pull([source], into, { isWithin: true, reuse: false })).toMatchObject({ state: 'done' });
  expect(kernel.copied).toBe(0);
});

test.each(['refuse', 'fail'] as const)('what the kernel does not copy (%s) is copied by us', async (how) => {
  const { source, into } = makeTree([9 * MIB, 2 * MIB, 2 * MIB, 2 * MIB, 2 * MIB]);
  // The first piece of the first file still works.
  kernel.answer = (_from, at) => (kernel.copied < 4 * MIB && at === 0 ? 'copy' : how);
  const ends = await TwoEnds.start();
  const { job, result } = ends.start([source], into, { isWithin: true });
  expect(await result).toMatchObject({ state: 'done', files: 6, problems: [] });
  expect(await differences(source, into)).toEqual([]);
  const { bytes, totalBytes } = ends.progressOf(job).at(-1) ?? {};
  expect(bytes).toBe(totalBytes);
});

test('a file that changes under it is copied as it is at last', async () => {
  const { source, into, large } = makeTree([9 * MIB]);
  kernel.answer = (_from, at) => {
    if (at === 4 * MIB) appendFileSync(large, 'more');
    return 'copy';
  };
  const ends = await TwoEnds.start();
  expect(await ends.pull([source], into, { isWithin: true })).toMatchObject({ state: 'done', problems: [] });
  expect(readFileSync(join(into, 'tree/below/large0')).equals(readFileSync(large))).toBe(true);
});

test('it keeps to a limit, stands still while paused, and leaves nothing when it is stopped', async () => {
  const { source, into } = makeTree([40 * MIB]);
  const ends = await TwoEnds.start();
  const limitBytesPerSecond = 20 * MIB;
  const { job, result, pause, stop } = ends.start([source], into, { isWithin: true, limitBytesPerSecond });
  await vi.waitFor(() => expect(kernel.copied).toBeGreaterThan(4 * MIB));
  expect(kernel.copied).toBeLessThan(40 * MIB);
  pause(true);
  const atPause = kernel.copied;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(kernel.copied).toBe(atPause);
  expect(ends.stateOf(job)).toBe('paused');
  pause(false);
  await vi.waitFor(() => expect(kernel.copied).toBeGreaterThan(atPause));
  stop('nothing');
  expect(await result).toMatchObject({ state: 'cancelled' });
  expect(readdirSync(into)).toEqual([]);
});
