import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../shared/failure.ts';
import { freeSpace, refineNoSpace } from './destination.ts';
import { type Disk, loadDisk, WAYS } from './testing/load-disk.ts';
import { runProgram } from './testing/run-program.ts';
import { countOpenDescriptors, makeTempFolder, namesBelow } from './testing/temp-folder.ts';

const failure = (code: string) => expect.objectContaining({ code });

describe.each(WAYS)('by %s', (way) => {
  let disk: Disk;
  beforeAll(async () => {
    disk = await loadDisk(way);
  });

  test('a destination is made with everything above it, and opened through links of its own user', () => {
    const path = makeTempFolder();
    disk.openDestination(Buffer.from(join(path, 'a', 'b', 'c'))).close();
    symlinkSync('a/b', join(path, 'link'));
    const opened = disk.openDestination(Buffer.from(join(path, 'link', 'd')));
    expect(opened.readNames()).toEqual([]);
    opened.close();
    expect(namesBelow(path)).toEqual(['a/', 'a/b/', 'a/b/c/', 'a/b/d/', 'link']);
    disk.openDestination(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0xfe])])).close();
  });

  test('a file in its place, or above it, is no folder', () => {
    const path = makeTempFolder();
    const before = countOpenDescriptors();
    writeFileSync(join(path, 'file'), '');
    symlinkSync('nowhere', join(path, 'dangling'));
    for (const name of ['file', 'file/below']) {
      expect(() => disk.openDestination(Buffer.from(join(path, name)))).toThrow(
        failure('destination-not-folder'),
      );
    }
    expect(() => disk.openDestination(Buffer.from(join(path, 'dangling')))).toThrow();
    expect(() => disk.openDestination(Buffer.from(join(path, 'n'.repeat(256))))).toThrow(
      failure('name-too-long'),
    );
    expect(countOpenDescriptors()).toBe(before);
  });

  test('a folder of another user is no permission', async () => {
    const path = makeTempFolder();
    mkdirSync(join(path, 'theirs'), { mode: 0o700 });
    const told = await runProgram(
      new URL('./testing/open-destination.ts', import.meta.url),
      way,
      path,
      'theirs',
    );
    expect(told).toEqual({ code: 'no-permission' });
  });
});

test('names and bytes that are free are told apart when there is no space', () => {
  const space = freeSpace(Buffer.from(makeTempFolder()));
  expect(space.bytes).toBeGreaterThan(0);
  expect(space.inodes).toBeGreaterThan(0);
  const full = new Failure('no-space', { reason: 'ENOSPC' });
  expect(refineNoSpace(full, Buffer.from(makeTempFolder()))).toBe(full);
  expect(refineNoSpace(full, Buffer.from('/nowhere/at/all'))).toBe(full);
  const other = new Failure('io');
  expect(refineNoSpace(other, Buffer.from('/'))).toBe(other);
});
