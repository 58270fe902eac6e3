import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import { createAwkwardTree } from '../../../tools/trees/awkward-tree.ts';
import { libc } from '../disk/libc.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { TwoEnds } from './testing/two-ends.ts';

// Before anything is imported: every file of tests has a process of its own.
vi.hoisted(() => {
  process.env['FERRY_NO_LIBC'] = '1';
});

test('without libc a whole tree comes out identical, but for less than a microsecond of its times', async () => {
  expect(libc).toBeNull();
  const folder = makeTempFolder();
  const [source, into] = [join(folder, 'tree'), join(folder, 'into')];
  const counts = createAwkwardTree(source, { holeBytes: 1 << 20 });
  const ends = await TwoEnds.start();
  expect(await ends.pull([source], into)).toMatchObject({ state: 'done', files: counts.files, problems: [] });
  const differences = await compareByNode(source, join(into, 'tree'));
  expect(differences.filter((line) => !line.startsWith('mtime differs'))).toEqual([]);
  for (const name of ['', ...readdirSync(source)]) {
    const times = [source, join(into, 'tree')].map(
      (root) => lstatSync(join(root, name), { bigint: true }).mtimeNs,
    );
    const off = Number((times[0] ?? 0n) - (times[1] ?? 0n));
    expect(Math.abs(off)).toBeLessThan(1_000);
  }

  // Or a copy that can only be told by its times would be a clash for ever.
  const again = await ends.pull([source], into);
  expect(again).toMatchObject({ state: 'done', unchanged: counts.files, problems: [] });
  expect(again.wireBytes).toBeLessThan(20_000);
});
