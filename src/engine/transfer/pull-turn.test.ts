import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { type Pull, TwoEnds } from './testing/two-ends.ts';

const MIB = 1 << 20;

function makeTree() {
  const folder = makeTempFolder();
  const [source, into] = [join(folder, 'tree'), join(folder, 'into')];
  mkdirSync(source);
  writeFileSync(join(source, 'small'), 'small');
  writeFileSync(join(source, 'large'), randomBytes(20 * MIB));
  return { source, into };
}

/** Bytes that have come, once nothing more comes for two ticks of progress. */
async function quiet(ends: TwoEnds, { job }: Pull): Promise<number> {
  let before = -1;
  await vi.waitFor(
    () => {
      const { bytes = 0 } = ends.progressOf(job).at(-1) ?? {};
      const last = before;
      before = bytes;
      expect(bytes).toBe(last);
    },
    { timeout: 10_000, interval: 400 },
  );
  return before;
}

test('a pull whose turn it is not yet dials nobody; it can be paused, and is released', async () => {
  const { source, into } = makeTree();
  const ends = await TwoEnds.start();
  const pull = ends.start([source], into, { isHeld: true });
  expect(ends.stateOf(pull.job)).toBe('turn');
  pull.pause(true);
  expect(ends.stateOf(pull.job)).toBe('paused');
  pull.pause(false);
  expect(ends.stateOf(pull.job)).toBe('turn');
  await quiet(ends, pull);
  expect([ends.sockets, ends.progressOf(pull.job)]).toEqual([0, []]);
  pull.hold(false);
  expect(ends.stateOf(pull.job)).toBe('running');
  expect(await pull.result).toMatchObject({ state: 'done', files: 2 });
  expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
});

test('one that is stopped before its turn leaves nothing', async () => {
  const { source, into } = makeTree();
  const ends = await TwoEnds.start();
  const pull = ends.start([source], into, { isHeld: true });
  pull.stop('arrived');
  expect(await pull.result).toMatchObject({ state: 'cancelled', files: 0, streams: 0 });
  pull.hold(false);
  expect([ends.sockets, existsSync(join(into, 'tree'))]).toEqual([0, false]);
});

test('one that is held while it runs asks for nothing more, and goes on where it was', async () => {
  const { source, into } = makeTree();
  const ends = await TwoEnds.start();
  const pull = ends.start([source], into, { servedBytesPerSecond: 12 * MIB, streams: 1 });
  await vi.waitFor(() => expect(ends.progressOf(pull.job).at(-1)?.bytes).toBeGreaterThan(MIB), {
    timeout: 10_000,
  });
  pull.hold(true);
  expect(ends.stateOf(pull.job)).toBe('turn');
  const bytes = await quiet(ends, pull);
  expect(bytes).toBeLessThan(20 * MIB);
  // Going on after a pause is not going out of turn.
  pull.pause(true);
  pull.pause(false);
  expect(ends.stateOf(pull.job)).toBe('turn');
  expect(await quiet(ends, pull)).toBe(bytes);
  pull.hold(false);
  expect(await pull.result).toMatchObject({ state: 'done', files: 2 });
  expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
});
