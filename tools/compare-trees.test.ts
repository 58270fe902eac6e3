import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  linkSync,
  lutimesSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareByNode } from './compare-by-node.ts';
import { compareByRsync } from './compare-by-rsync.ts';
import { createAwkwardTree } from './trees/awkward-tree.ts';
import { removeTree } from './trees/remove-tree.ts';

let folder: string;
let source: string;
let copy: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ferry-compare-'));
  source = join(folder, 'source');
  copy = join(folder, 'copy');
  createAwkwardTree(source, { holeBytes: 16 << 20 });
  execFileSync('cp', ['-a', '--sparse=always', source, copy]);
});

afterEach(() => removeTree(folder));

/** Changes one thing and keeps size and times of the file, so that only that thing differs. */
function patchByte(path: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.of((readFileSync(path)[500] ?? 0) ^ 1), 0, 1, 500);
  closeSync(file);
}

function keepTime(path: string, change: () => void): void {
  const reference = join(folder, 'reference');
  writeFileSync(reference, '');
  execFileSync('touch', ['-h', '-r', path, reference]);
  change();
  execFileSync('touch', ['-h', '-r', reference, path]);
}

/** [what, how to plant it, what the walk calls it, whether rsync sees it too] */
const PLANTED: readonly [what: string, plant: () => void, says: string, rsyncSees: boolean][] = [
  [
    'one changed byte',
    () => keepTime(join(copy, 'links/target'), () => patchByte(join(copy, 'links/target'))),
    'content differs: ./links/target',
    true,
  ],
  ['a missing file', () => rmSync(join(copy, 'empty')), 'missing: ./empty', true],
  ['an extra file', () => writeFileSync(join(copy, 'extra'), ''), 'only at the destination: ./extra', true],
  ['a mode', () => chmodSync(join(copy, 'modes/file-640'), 0o644), 'mode differs: ./modes/file-640', true],
  ['a folder mode', () => chmodSync(join(copy, 'modes/folder-700'), 0o755), 'mode differs: ./modes/f', true],
  ['a file time', () => utimesSync(join(copy, 'empty'), 1, 1), 'mtime differs: ./empty', true],
  [
    'a folder time by nanoseconds',
    () => execFileSync('touch', ['-d', '2024-01-01 00:00:00.1', join(copy, 'sizes')]),
    'mtime differs: ./sizes',
    true,
  ],
  ['a link time', () => lutimesSync(join(copy, 'links/loop'), 1, 1), 'mtime differs: ./links/loop', true],
  [
    'a link target',
    () =>
      keepTime(join(copy, 'links/loop'), () => {
        rmSync(join(copy, 'links/loop'));
        symlinkSync('pool', join(copy, 'links/loop'));
      }),
    'link target differs: ./links/loop',
    true,
  ],
  [
    'a followed link',
    () => {
      rmSync(join(copy, 'links/to-file'));
      copyFileSync(join(copy, 'links/target'), join(copy, 'links/to-file'));
    },
    'kind differs: ./links/to-file',
    true,
  ],
  [
    'a lost hard link',
    () => {
      execFileSync('cp', ['-a', join(copy, 'hard-links/second'), join(folder, 'x')]);
      renameSync(join(folder, 'x'), join(copy, 'hard-links/second'));
    },
    'hard links differ',
    true,
  ],
  [
    'a hard link too many',
    () => {
      rmSync(join(copy, 'modes/file-600'));
      linkSync(join(copy, 'modes/file-640'), join(copy, 'modes/file-600'));
    },
    'hard links differ',
    true,
  ],
  [
    'a filled hole',
    () =>
      keepTime(join(copy, 'sparse'), () => {
        execFileSync('cp', ['-a', '--sparse=never', join(copy, 'sparse/only-hole'), join(folder, 'x')]);
        renameSync(join(folder, 'x'), join(copy, 'sparse/only-hole'));
      }),
    'holes were filled: ./sparse/only-hole',
    false,
  ],
];

test('an exact copy of the awkward tree has no differences', async () => {
  expect(await compareByNode(source, copy)).toEqual([]);
  expect(await compareByRsync(source, copy)).toEqual([]);
});

test.each(PLANTED)('%s is found', async (_what, plant, says, rsyncSees) => {
  plant();
  expect((await compareByNode(source, copy)).join('\n')).toContain(says);
  expect((await compareByRsync(source, copy)).length > 0).toBe(rsyncSees);
});
