import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createAwkwardTree } from '../../../tools/trees/awkward-tree.ts';
import { createSpecialTree } from '../../../tools/trees/special-tree.ts';
import { WAYS } from '../disk/testing/load-disk.ts';
import { runProgram } from '../disk/testing/run-program.ts';
import { countOpenDescriptors, makeTempFolder } from '../disk/testing/temp-folder.ts';
import type { ListingRecord } from '../wire/listing-page.ts';
import { listAll, loadSource } from './testing/open-source.ts';

type Loaded = Awaited<ReturnType<typeof loadSource>>;

/** Records with the path each stands for, one character per byte. Knows only what the wire says of `enter`. */
function withPaths(records: readonly ListingRecord[]): { path: string; record: ListingRecord }[] {
  const folders = [''];
  let current = '';
  const entries: { path: string; record: ListingRecord }[] = [];
  for (const record of records) {
    if (record.kind === 'enter') {
      current = folders[record.folder] ?? 'unknown';
      continue;
    }
    const path = `${current}/${record.name}`;
    if (record.kind === 'folder') folders.push(path);
    entries.push({ path, record });
  }
  return entries;
}

/** Every path below `root`, by plain Node, one character per byte. */
function pathsBelow(root: Buffer, shown: string): string[] {
  return readdirSync(root, { encoding: 'buffer' }).flatMap((name) => {
    const path = Buffer.concat([root, Buffer.from('/'), name]);
    const here = `${shown}/${name.toString('latin1')}`;
    return lstatSync(path).isDirectory() ? [here, ...pathsBelow(path, here)] : [here];
  });
}

describe.each(WAYS)('by %s', (way) => {
  let loaded: Loaded;
  beforeAll(async () => {
    loaded = await loadSource(way);
  });

  test('an awkward tree: every entry once, each folder entered once, children in byte order', () => {
    const root = join(makeTempFolder(), 'tree');
    createAwkwardTree(root, { holeBytes: 1 << 20 });
    const before = countOpenDescriptors();
    const records = listAll(loaded.openSource([root]));
    const entries = withPaths(records);
    const paths = entries.map(({ path }) => path);
    expect([...paths].sort()).toEqual(['/tree', ...pathsBelow(Buffer.from(root), '/tree')].sort());
    expect(new Set(paths).size).toBe(paths.length);

    const entered = records.flatMap((record) => (record.kind === 'enter' ? [record.folder] : []));
    expect(new Set(entered).size).toBe(entered.length);
    expect(entered).toHaveLength(1 + entries.filter(({ record }) => record.kind === 'folder').length);
    let last = '';
    for (const record of records) {
      if (record.kind === 'enter') last = '';
      else {
        expect(record.name > last).toBe(true);
        last = record.name;
      }
    }
    expect(entries.filter(({ record }) => record.kind === 'problem')).toEqual([]);
    expect(countOpenDescriptors() - before).toBeLessThan(120);
  });

  test('says what the kernel says of every entry', () => {
    const root = join(makeTempFolder(), 'tree');
    createAwkwardTree(root, { holeBytes: 1 << 20 });
    const entries = withPaths(listAll(loaded.openSource([root])));
    const groups = new Map<number, number>();
    for (const { path, record } of entries) {
      const at = Buffer.concat([Buffer.from(join(root, '..')), Buffer.from(path, 'latin1')]);
      const real = lstatSync(at, { bigint: true });
      const [seconds, rest] = [real.mtimeNs / 1_000_000_000n, real.mtimeNs % 1_000_000_000n];
      if (record.kind === 'enter' || record.kind === 'problem') throw new Error('not an entry');
      const time = record.kind === 'file' ? record.version : record;
      expect([path, time.mtimeSec, time.mtimeNs]).toEqual([path, Number(seconds), Number(rest)]);
      if (record.kind === 'link') {
        expect(record.target).toBe(readlinkSync(at, 'latin1'));
        continue;
      }
      expect([path, record.mode]).toEqual([path, Number(real.mode & 0o777n)]);
      if (record.kind === 'folder') continue;
      expect([path, record.version.size]).toEqual([path, Number(real.size)]);
      expect([path, record.holeBytes > 0]).toEqual([path, path.startsWith('/tree/sparse/')]);
      if (record.holeBytes > 0) expect(record.holeBytes).toBe(Number(real.size - real.blocks * 512n));
      expect([path, record.group > 0]).toEqual([path, real.nlink > 1n]);
      if (record.group > 0) {
        const inode = groups.get(record.group) ?? Number(real.ino);
        expect(inode).toBe(Number(real.ino));
        groups.set(record.group, inode);
      }
    }
    expect(new Set(groups.values()).size).toBe(groups.size);
    expect(groups.size).toBe(3);
  });

  test('special files are listed and never opened', { timeout: 5_000 }, async () => {
    const root = join(makeTempFolder(), 'tree');
    const tree = await createSpecialTree(root);
    const entries = withPaths(listAll(loaded.openSource([root])));
    const problems = entries.filter(({ record }) => record.kind === 'problem');
    expect(problems.map(({ path }) => path).sort()).toEqual(
      tree.special.map((path) => `/tree/${path}`).sort(),
    );
    for (const { record } of problems) expect(record).toMatchObject({ code: 'special-file' });
    for (const path of tree.readable) {
      expect(entries.find((entry) => entry.path === `/tree/${path}`)?.record.kind).toBe('file');
    }
  });

  test('what may not be read is a problem, not silence, and the walk goes on', async () => {
    expect(
      await runProgram(new URL('./testing/walk-as-nobody.ts', import.meta.url), way, makeTempFolder()),
    ).toEqual([
      'enter 0',
      'folder tree',
      'enter 1',
      'problem closed unreadable EACCES',
      'folder closed-later',
      'file file',
      'problem names-only unreadable EACCES',
      'folder open',
      'folder readable-not-enterable',
      'enter 2',
      'problem * unreadable EACCES',
      'enter 3',
      'file file',
      'enter 4',
      'problem file unreadable EACCES',
    ]);
  });

  test('several sources, from several folders, in byte order', () => {
    const root = makeTempFolder();
    mkdirSync(join(root, 'x'));
    for (const name of ['x/b', 'a', 'c', 'not-chosen']) writeFileSync(join(root, name), '');
    symlinkSync('x', join(root, 'link'));
    const paths = ['c', 'x/b', 'link', 'a'].map((name) => join(root, name));
    const entries = withPaths(listAll(loaded.openSource(paths)));
    expect(entries.map(({ path, record }) => [path, record.kind])).toEqual([
      ['/a', 'file'],
      ['/b', 'file'],
      ['/c', 'file'],
      ['/link', 'link'],
    ]);
  });

  test('a chosen item that is gone is a problem', () => {
    const root = makeTempFolder();
    const source = loaded.openSource([join(root, 'gone')]);
    expect(withPaths(listAll(source))).toMatchObject([
      { path: '/gone', record: { kind: 'problem', code: 'vanished' } },
    ]);
  });

  test('what vanishes while the tree is walked ends neither the walk nor anything unsaid', () => {
    const root = join(makeTempFolder(), 'tree');
    for (const folder of ['a', 'b', 'c']) {
      mkdirSync(join(root, folder), { recursive: true });
      for (const name of ['1', '2', '3']) writeFileSync(join(root, folder, name), '');
    }
    const source = loaded.openSource([root]);
    const iterator = source.records();
    const records: ListingRecord[] = [];
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      records.push(next.value);
      const { length } = records;
      if (length === 2) rmSync(join(root, 'b'), { recursive: true });
      if (length === 7) rmSync(join(root, 'a/2'));
    }
    const paths = withPaths(records).map(({ path, record }) => `${path} ${record.kind}`);
    expect(paths).toEqual([
      '/tree folder',
      '/tree/a folder',
      '/tree/c folder',
      '/tree/a/1 file',
      '/tree/a/3 file',
      '/tree/c/1 file',
      '/tree/c/2 file',
      '/tree/c/3 file',
    ]);
  });

  test('a folder moved away in the middle of it: the rest of its names are said to be lost', () => {
    const root = join(makeTempFolder(), 'tree');
    for (let index = 0; index < 120; index++) {
      mkdirSync(join(root, 'others', `${index}`), { recursive: true });
      writeFileSync(join(root, 'others', `${index}`, 'file'), '');
    }
    mkdirSync(join(root, 'a'));
    for (const name of ['1', '2', '3']) writeFileSync(join(root, 'a', name), '');
    const source = loaded.openSource([root]);
    const iterator = source.records();
    const records: ListingRecord[] = [];
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      records.push(next.value);
      const isFirstInA =
        next.value.kind === 'file' && records.at(-2)?.kind === 'enter' && next.value.name === '1';
      if (!isFirstInA) continue;
      renameSync(join(root, 'a'), join(root, '..', 'moved'));
      // Wants of other files push the folder's descriptor out of the tree's memory.
      for (let index = 0; index < 120; index++) {
        const version = { size: 0, mtimeSec: 0, mtimeNs: 0, ctimeSec: 0, ctimeNs: 0 };
        const path = ['tree', 'others', `${index}`, 'file'] as never;
        source.readBlock({ path, version, offset: 0, length: 1 }, Buffer.alloc(1), { since: () => 0 });
      }
    }
    const entries = withPaths(records);
    expect(
      entries.filter(({ path }) => path.startsWith('/tree/a/')).map(({ record }) => record),
    ).toMatchObject([
      { kind: 'file', name: '1' },
      { kind: 'problem', name: '2', code: 'vanished' },
      { kind: 'problem', name: '3', code: 'vanished' },
    ]);
    expect(entries.filter(({ path }) => path.endsWith('/file'))).toHaveLength(120);
  });

  test('parts of running jobs of this device are left out and said; parts of others are files', () => {
    const root = join(makeTempFolder(), 'tree');
    for (const part of ['.ferry-aaaaaaaaaaaa-1.part', '.ferry-bbbbbbbbbbbb-1.part']) {
      mkdirSync(join(root, part), { recursive: true });
      writeFileSync(join(root, part, 'inside'), '');
    }
    writeFileSync(join(root, '.ferry-aaaaaaaaaaaa-notes'), '');
    const source = loaded.openSource([root], new Set(['.ferry-aaaaaaaaaaaa-']));
    expect(withPaths(listAll(source)).map(({ path, record }) => `${path} ${record.kind}`)).toEqual([
      '/tree folder',
      '/tree/.ferry-aaaaaaaaaaaa-1.part problem',
      '/tree/.ferry-aaaaaaaaaaaa-notes file',
      '/tree/.ferry-bbbbbbbbbbbb-1.part folder',
      '/tree/.ferry-bbbbbbbbbbbb-1.part/inside file',
    ]);
  });

  test('two sources of one name, none at all, or in no folder are refused, and nothing stays open', () => {
    const root = makeTempFolder();
    mkdirSync(join(root, 'x'));
    const item = (parent: string, name: string) => ({ parent: Buffer.from(parent), name: Buffer.from(name) });
    const before = countOpenDescriptors();
    const open = (...items: ReturnType<typeof item>[]) => loaded.Selection.open(items);
    const code = (name: string) => expect.objectContaining({ code: name });
    expect(() => open(item(root, 'a'), item(join(root, 'x'), 'a'))).toThrow(code('usage'));
    expect(() => open()).toThrow(code('usage'));
    expect(() => open(item(root, 'a'), item(join(root, 'nothing'), 'b'))).toThrow(code('no-such-path'));
    expect(countOpenDescriptors()).toBe(before);
  });
});
