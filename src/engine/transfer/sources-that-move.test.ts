import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { TwoEnds } from './testing/two-ends.ts';

const MIB = 1 << 20;
const OLD_S = 1_000_000_000;

/** What may happen to a file between its listing and its reading. */
const MOVES: Readonly<Record<string, (path: string) => void>> = {
  grown: (path) => appendFileSync(path, 'more'),
  shrunk: (path) => truncateSync(path, statSync(path).size - 1_000),
  rewritten: (path) => writeFileSync(path, Buffer.alloc(statSync(path).size, 'n')),
  touched: (path) => utimesSync(path, OLD_S + 5, OLD_S + 5),
  replaced: (path) => {
    writeFileSync(`${path}.new`, 'another file');
    renameSync(`${path}.new`, path);
  },
  // Only the change time tells.
  disguised: (path) => {
    writeFileSync(path, Buffer.alloc(statSync(path).size, 'd'));
    utimesSync(path, OLD_S, OLD_S);
  },
  vanished: (path) => rmSync(path),
};

test('what moves while it is read comes as it is now, and what is gone is listed; never anything between', async () => {
  const folder = makeTempFolder();
  const [tree, into] = [join(folder, 'tree'), join(folder, 'into')];
  // In front of the small ones, so that these are still to come when they change.
  for (const name of ['first', 'large', 'small']) mkdirSync(join(tree, name), { recursive: true });
  for (let index = 0; index < 40; index++) {
    writeFileSync(join(tree, 'first', `${index}`), Buffer.alloc(200_000, index));
  }
  for (const [index, name] of Object.keys(MOVES).entries()) {
    // Of several lengths: what is the same as another file comes from that one, and is not read.
    for (const [kind, size] of Object.entries({ large: MIB + 7 + index, small: 30_000 })) {
      writeFileSync(join(tree, kind, name), Buffer.alloc(size, 'o'));
      utimesSync(join(tree, kind, name), OLD_S, OLD_S);
    }
  }
  for (const kind of ['large', 'small']) utimesSync(join(tree, kind), OLD_S, OLD_S);
  const ends = await TwoEnds.start();
  const pull = ends.start([tree], into, { streams: 1, limitBytesPerSecond: 5 * MIB });
  await vi.waitFor(() => expect(ends.progressOf(pull.job).at(-1)).toMatchObject({ complete: true }), 10_000);
  pull.pause(true);
  await vi.waitFor(() => expect(ends.stateOf(pull.job)).toBe('paused'));
  expect(ends.progressOf(pull.job).at(-1)?.files).toBeLessThan(40);
  for (const [name, move] of Object.entries(MOVES)) {
    for (const kind of ['large', 'small']) move(join(tree, kind, name));
  }
  // Folders are as they were listed.
  for (const kind of ['large', 'small']) utimesSync(join(tree, kind), OLD_S, OLD_S);
  pull.pause(false);
  const result = await pull.result;
  expect(result).toMatchObject({ state: 'partial', problemCount: 2 });
  expect(result.problems.map(({ path, code }) => `${path}: ${code}`).sort()).toEqual([
    'tree/large/vanished: vanished',
    'tree/small/vanished: vanished',
  ]);
  expect(await compareByNode(tree, join(into, 'tree'))).toEqual([]);
});
