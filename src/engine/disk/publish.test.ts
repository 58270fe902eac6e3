import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { fromText } from '../wire/byte-name.ts';
import type { Folder } from './folder.ts';
import { type Disk, loadDisk, WAYS } from './testing/load-disk.ts';
import { makeTempFolder, namesBelow } from './testing/temp-folder.ts';

const part = fromText('part');
const target = fromText('name.txt');

describe.each(WAYS)('by %s', (way) => {
  let disk: Disk;
  beforeAll(async () => {
    disk = await loadDisk(way);
  });

  function make(): { path: string; folder: Folder; at: (name: string) => string } {
    const path = makeTempFolder();
    const folder = disk.Folder.openPath(Buffer.from(path));
    onTestFinished(() => folder.close());
    writeFileSync(join(path, 'part'), 'new');
    return { path, folder, at: (name) => join(path, name) };
  }

  function statOf(folder: Folder) {
    const expected = folder.statName(target);
    if (expected === null) throw new Error('nothing there');
    return expected;
  }

  test('what is new gets its name', () => {
    const { path, folder } = make();
    const published = disk.publish(folder, part, target, 'file', { kind: 'new' });
    expect(published).toEqual({ name: target, late: false });
    expect(namesBelow(path)).toEqual(['name.txt']);
  });

  test('what appeared after the plan stays, and the copy gets the next free name', () => {
    const { path, folder, at } = make();
    writeFileSync(at('name.txt'), 'late comer');
    symlinkSync('nowhere', at('name (2).txt'));
    mkdirSync(at('name (3).txt'));
    const published = disk.publish(folder, part, target, 'file', { kind: 'new' });
    expect(published).toEqual({ name: 'name (4).txt', late: true });
    expect(readFileSync(at('name.txt'), 'utf8')).toBe('late comer');
    expect(readFileSync(at('name (4).txt'), 'utf8')).toBe('new');
    expect(namesBelow(path)).toHaveLength(4);
  });

  test('a folder that appeared after the plan stays, be it empty', () => {
    const { path, folder, at } = make();
    rmSync(at('part'));
    mkdirSync(at('part'));
    writeFileSync(at('part/inside'), 'x');
    mkdirSync(at('v1.2'));
    const published = disk.publish(folder, part, fromText('v1.2'), 'folder', { kind: 'new' });
    expect(published).toEqual({ name: 'v1.2 (2)', late: true });
    expect(namesBelow(path)).toEqual(['v1.2 (2)/', 'v1.2 (2)/inside', 'v1.2/']);
  });

  test('exactly the planned version is replaced', () => {
    const { path, folder, at } = make();
    writeFileSync(at('name.txt'), 'old');
    const plan = { kind: 'replace', expected: statOf(folder) } as const;
    expect(disk.publish(folder, part, target, 'file', plan)).toEqual({ name: target, late: false });
    expect(namesBelow(path)).toEqual(['name.txt']);
    expect(readFileSync(at('name.txt'), 'utf8')).toBe('new');
  });

  test('a link is replaced itself, not what it points to', () => {
    const { folder, at } = make();
    writeFileSync(at('pointed-to'), 'old');
    symlinkSync('pointed-to', at('name.txt'));
    const plan = { kind: 'replace', expected: statOf(folder) } as const;
    disk.publish(folder, part, target, 'file', plan);
    expect(readFileSync(at('pointed-to'), 'utf8')).toBe('old');
    expect(readFileSync(at('name.txt'), 'utf8')).toBe('new');
  });

  const changes: readonly (readonly [string, (path: string) => void])[] = [
    ['written to', (path) => appendFileSync(path, ' and more')],
    ['rewritten with the same size', (path) => writeFileSync(path, 'OLD')],
    ['given another mode', (path) => chmodSync(path, 0o600)],
    [
      'replaced by another file',
      (path) => {
        writeFileSync(`${path}-other`, 'old');
        renameSync(`${path}-other`, path);
      },
    ],
    [
      'replaced by a folder',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
    [
      'replaced by a link',
      (path) => {
        rmSync(path);
        symlinkSync('nowhere', path);
      },
    ],
  ];
  test.each(changes)('a target that was %s since the plan stays as it is', (_what, change) => {
    const { folder, at } = make();
    writeFileSync(at('name.txt'), 'old', { mode: 0o644 });
    const plan = { kind: 'replace', expected: statOf(folder) } as const;
    change(at('name.txt'));
    const before = folder.statName(target);
    const published = disk.publish(folder, part, target, 'file', plan);
    expect(published).toEqual({ name: 'name (2).txt', late: true });
    expect(folder.statName(target)).toEqual(before);
  });

  test('a target that is gone is made anew', () => {
    const { path, folder, at } = make();
    writeFileSync(at('name.txt'), 'old');
    const plan = { kind: 'replace', expected: statOf(folder) } as const;
    rmSync(at('name.txt'));
    expect(disk.publish(folder, part, target, 'file', plan)).toEqual({ name: target, late: false });
    expect(namesBelow(path)).toEqual(['name.txt']);
  });

  test('two names of one file are both replaced: the first does not make the second look changed', () => {
    const { path, folder, at } = make();
    writeFileSync(at('name.txt'), 'old');
    linkSync(at('name.txt'), at('second.txt'));
    writeFileSync(at('part-2'), 'new too');
    const plan = { kind: 'replace', expected: statOf(folder) } as const;
    disk.publish(folder, part, target, 'file', plan);
    const second = disk.publish(folder, fromText('part-2'), fromText('second.txt'), 'file', plan);
    expect(second).toEqual({ name: 'second.txt', late: false });
    expect(namesBelow(path)).toEqual(['name.txt', 'second.txt']);
  });

  test('a free alternative is the first that nothing has', () => {
    const { folder, at } = make();
    writeFileSync(at('name (2).txt'), '');
    expect(disk.freeAlternative(folder, target, false)).toBe('name (3).txt');
    expect(disk.freeAlternative(folder, target, true)).toBe('name.txt (2)');
  });
});
