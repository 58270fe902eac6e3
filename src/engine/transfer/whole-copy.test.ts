import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import { compareTrees } from '../../../tools/compare-trees.ts';
import { createAwkwardTree } from '../../../tools/trees/awkward-tree.ts';
import { createSmallFiles } from '../../../tools/trees/small-files.ts';
import { createSpecialTree } from '../../../tools/trees/special-tree.ts';
import { countOpenDescriptors, makeTempFolder, namesBelow } from '../disk/testing/temp-folder.ts';
import { TwoEnds } from './testing/two-ends.ts';

const MIB = 1 << 20;

function makeAwkward(): { source: string; into: string; counts: ReturnType<typeof createAwkwardTree> } {
  const folder = makeTempFolder();
  const source = join(folder, 'tree');
  return { source, into: join(folder, 'into'), counts: createAwkwardTree(source, { holeBytes: 8 * MIB }) };
}

async function expectIdentical(source: string, destination: string): Promise<void> {
  // Each sees what the other does not: lost holes, and whatever ours would overlook.
  expect(await compareByNode(source, destination)).toEqual([]);
  expect((await compareTrees(source, destination)).differences).toEqual([]);
}

test.each([1, 2, 4, 8])('the awkward tree over %d streams comes out identical', async (streams) => {
  const { source, into, counts } = makeAwkward();
  const ends = await TwoEnds.start();
  const result = await ends.pull([source], into, { streams });
  expect(result).toMatchObject({
    state: 'done',
    files: counts.files,
    folders: counts.folders + 1,
    links: counts.links,
    bytes: counts.bytes,
    unchanged: 0,
    verified: true,
    problems: [],
    failure: null,
  });
  expect(result.streams).toBeLessThanOrEqual(streams);
  expect(result.wireBytes).toBeGreaterThan(1000);
  await expectIdentical(source, join(into, 'tree'));
  expect(readdirSync(into)).toEqual(['tree']);
});

test('a second run moves nothing but the listing', async () => {
  const { source, into, counts } = makeAwkward();
  const ends = await TwoEnds.start();
  await ends.pull([source], into);
  const result = await ends.pull([source], into);
  expect(result).toMatchObject({ state: 'done', files: counts.files, unchanged: counts.files, problems: [] });
  expect(result.wireBytes).toBeLessThan(20_000);
  await expectIdentical(source, join(into, 'tree'));
});

test('no descriptor and no connection outlives its job', async () => {
  const { source, into } = makeAwkward();
  const ends = await TwoEnds.start();
  const copyOnce = async () => {
    const pull = ends.start([source], into, { streams: 4 });
    await pull.result;
    ends.endServing(pull.job);
    await vi.waitFor(() => expect([ends.serving, ends.sockets]).toEqual([0, 0]), { timeout: 5_000 });
  };
  await copyOnce();
  const before = countOpenDescriptors();
  for (let round = 0; round < 3; round++) await copyOnce();
  expect(countOpenDescriptors()).toBe(before);
});

test('several sources, files among them, land beside each other and beside what was there', async () => {
  const folder = makeTempFolder();
  const into = join(folder, 'into');
  for (const name of ['a', 'b', 'into']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'a', 'file.bin'), Buffer.alloc(2 * MIB + 1, 5));
  writeFileSync(join(folder, 'b', 'small'), 'small');
  mkdirSync(join(folder, 'b', 'empty'));
  writeFileSync(join(into, 'there'), 'before');
  const ends = await TwoEnds.start();
  const result = await ends.pull(
    ['a/file.bin', 'b/small', 'b'].map((path) => join(folder, path)),
    into,
  );
  expect(result).toMatchObject({ state: 'done', files: 3, folders: 2, problems: [] });
  expect(namesBelow(into)).toEqual(['b/', 'b/empty/', 'b/small', 'file.bin', 'small', 'there']);
  await expectIdentical(join(folder, 'b'), join(into, 'b'));
});

test('special files are problems, the rest arrives', async () => {
  const folder = makeTempFolder();
  const tree = await createSpecialTree(join(folder, 'tree'));
  const ends = await TwoEnds.start();
  const result = await ends.pull([join(folder, 'tree')], join(folder, 'into'));
  const unreadable = tree.unreadable.map((path) => `tree/${path} unreadable`);
  const expected = [...tree.special.map((path) => `tree/${path} special-file`), ...unreadable].sort();
  expect(result.problems.map(({ path, code }) => `${path} ${code}`).sort()).toEqual(expected);
  expect(result).toMatchObject({
    state: 'partial',
    problemCount: expected.length,
    files: tree.readable.length,
  });
  const names = namesBelow(join(folder, 'into', 'tree')).filter((name) => !name.endsWith('/'));
  expect(names).toEqual([...tree.readable].sort());
});

describe('many files', () => {
  test('several thousand of them, listed page by page', async () => {
    const folder = makeTempFolder();
    // Empty files: it is the listing that is looked at.
    for (let group = 0; group < 20; group++) {
      const path = join(folder, 'tree', `group-${group}`);
      mkdirSync(path, { recursive: true });
      for (let index = 0; index < 250; index++) writeFileSync(join(path, `file-${index}`), '');
    }
    const ends = await TwoEnds.start();
    const result = await ends.pull([join(folder, 'tree')], join(folder, 'into'));
    expect(result).toMatchObject({ state: 'done', files: 5_000, folders: 21, problems: [] });
    expect(namesBelow(join(folder, 'into'))).toHaveLength(5_021);
  });

  test('small ones share frames: no round trip each', async () => {
    const folder = makeTempFolder();
    const made = createSmallFiles(join(folder, 'tree'), { files: 600, medianBytes: 1_000 });
    const ends = await TwoEnds.start();
    const result = await ends.pull([join(folder, 'tree')], join(folder, 'into'));
    expect(result).toMatchObject({ state: 'done', files: made.files, bytes: made.bytes });
    // Names and versions cross twice, and little else.
    expect(result.wireBytes - result.bytes).toBeLessThan(made.files * 150);
    await expectIdentical(join(folder, 'tree'), join(folder, 'into', 'tree'));
  });
});

test('a file exactly as long as so many blocks, and one byte more', async () => {
  const folder = makeTempFolder();
  mkdirSync(join(folder, 'tree'));
  for (const size of [256 * 1024, 256 * 1024 + 1, MIB, MIB + 1, 9 * MIB, 9 * MIB + 1]) {
    writeFileSync(join(folder, 'tree', `${size}`), Buffer.alloc(size, `${size}`));
  }
  const ends = await TwoEnds.start();
  const result = await ends.pull([join(folder, 'tree')], join(folder, 'into'), { streams: 3 });
  expect(result).toMatchObject({ state: 'done', files: 6 });
  await expectIdentical(join(folder, 'tree'), join(folder, 'into', 'tree'));
  expect(statSync(join(folder, 'into/tree', `${9 * MIB}`)).size).toBe(9 * MIB);
});
