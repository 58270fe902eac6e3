import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import { createSmallFiles } from '../../../tools/trees/small-files.ts';
import type { JobId } from '../../shared/ids.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { TwoEnds } from './testing/two-ends.ts';

const MIB = 1 << 20;
const newGroup = () => randomBytes(16).toString('hex') as JobId;

test('a peer that stands still holds no other one, and gets all of it later', async () => {
  const ends = await TwoEnds.start();
  const folder = makeTempFolder();
  const source = join(folder, 'tree');
  createSmallFiles(join(source, 'small'), { files: 100 });
  // More than is kept for those that come later.
  writeFileSync(join(source, 'large'), randomBytes(100 * MIB));
  const group = newGroup();
  const slow = ends.start([source], join(folder, 'slow'), { group, servedBytesPerSecond: 64 * MIB });
  await vi.waitFor(() => expect(ends.progressOf(slow.job).at(-1)?.bytes).toBeGreaterThan(MIB), 20_000);
  slow.pause(true);
  const fast = await ends.pull([source], join(folder, 'fast'), { group });
  expect(fast).toMatchObject({ state: 'done', problems: [] });
  expect(ends.stateOf(slow.job)).toBe('paused');
  slow.pause(false);
  expect(await slow.result).toMatchObject({ state: 'done', problems: [] });
  for (const into of ['slow', 'fast']) {
    expect(await compareByNode(source, join(folder, into, 'tree'))).toEqual([]);
  }
});

test('what changed since another peer had it comes as it is now', async () => {
  const ends = await TwoEnds.start();
  const folder = makeTempFolder();
  const source = join(folder, 'tree');
  mkdirSync(source);
  const group = newGroup();
  for (const [round, bytes] of [3 * MIB, 3 * MIB, 100, 100, 200].entries()) {
    writeFileSync(join(source, 'file'), randomBytes(bytes));
    const into = join(folder, `round-${round}`);
    for (const peer of ['one', 'two']) {
      await ends.pull([source], join(into, peer), { group });
      expect(readdirSync(join(into, peer, 'tree'))).toEqual(['file']);
      const arrived = readFileSync(join(into, peer, 'tree', 'file'));
      expect(arrived.equals(readFileSync(join(source, 'file')))).toBe(true);
    }
  }
});
