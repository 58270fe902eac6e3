import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareByNode } from '../compare-by-node.ts';
import { createAwkwardTree } from './awkward-tree.ts';
import { createBigFile } from './big-file.ts';
import { removeTree } from './remove-tree.ts';
import { createSmallFiles } from './small-files.ts';
import { createSpecialTree } from './special-tree.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ferry-trees-'));
});
afterEach(() => removeTree(folder));

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

test('a big file has the asked length, and its seed decides its content', () => {
  const bytes = 9 * 1024 * 1024 + 5;
  const [first, second, other] = ['a', 'b', 'c'].map((name) => join(folder, name));
  createBigFile(first!, bytes, 'one');
  createBigFile(second!, bytes, 'one');
  createBigFile(other!, bytes, 'two');
  expect(statSync(first!).size).toBe(bytes);
  expect(sha256(first!)).toBe(sha256(second!));
  expect(sha256(first!)).not.toBe(sha256(other!));
});

test('small files have the asked number and median, and differ from each other', () => {
  const root = join(folder, 'small');
  const made = createSmallFiles(root, { files: 3000 });
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const sizes = paths.map((path) => statSync(path).size).toSorted((a, b) => a - b);

  expect(paths).toHaveLength(3000);
  expect(entries.length - paths.length).toBe(made.folders);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(made.bytes);
  expect(sizes[1500]).toBeGreaterThan(2700);
  expect(sizes[1500]).toBeLessThan(3300);
  expect(new Set(paths.map(sha256)).size).toBe(3000);
});

test('two awkward trees of one seed are identical to the nanosecond', async () => {
  createAwkwardTree(join(folder, 'one'), { holeBytes: 4 << 20 });
  createAwkwardTree(join(folder, 'two'), { holeBytes: 4 << 20 });
  expect(await compareByNode(join(folder, 'one'), join(folder, 'two'))).toEqual([]);
});

test('the awkward tree holds what it promises', () => {
  const root = join(folder, 'awkward');
  const counts = createAwkwardTree(root);
  const at = (path: string): string => join(root, path);
  const names = readdirSync(at('names'), { encoding: 'buffer' });
  const sparse = statSync(at('sparse/data-in-the-middle'));
  const countByFind = (type: string): number =>
    execFileSync('find', [root, '-mindepth', '1', '-type', type, '-printf', '.']).length;

  expect(counts.files).toBe(countByFind('f'));
  expect(counts.folders).toBe(countByFind('d'));
  expect(counts.links).toBe(countByFind('l'));
  expect(names.some((name) => name.length === 255)).toBe(true);
  expect(names.some((name) => !Buffer.from(name.toString('utf8')).equals(name))).toBe(true);
  expect(statSync(at('modes/file-400')).mode & 0o777).toBe(0o400);
  expect(statSync(at('modes/folder-555')).mode & 0o777).toBe(0o555);
  expect(lstatSync(at('links/loop'), { bigint: true }).mtimeNs % 1000n).not.toBe(0n);
  expect(readlinkSync(at('links/dangling'))).toBe('nothing/here');
  expect(statSync(at('hard-links/first')).ino).toBe(statSync(at('hard-links/elsewhere/third')).ino);
  expect(sparse.size).toBeGreaterThan(1024 ** 3);
  expect(sparse.blocks * 512).toBeLessThan(4 * 1024 ** 2);
});

test('the special tree holds a FIFO and a socket beside readable files', async () => {
  const root = join(folder, 'special');
  const made = await createSpecialTree(root);
  expect(made.special.length).toBeGreaterThanOrEqual(2);
  expect(readdirSync(join(root, 'below')).length).toBe(made.special.length + made.unreadable.length + 1);
  for (const path of made.special) {
    const stat = lstatSync(join(root, path));
    expect(stat.isFIFO() || stat.isSocket() || stat.isCharacterDevice(), path).toBe(true);
  }
  for (const path of made.readable) expect(readFileSync(join(root, path), 'utf8')).toContain(path);
  for (const path of made.unreadable) expect(() => readFileSync(join(root, path))).toThrow('EACCES');
});
