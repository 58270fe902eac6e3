import { chmodSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fromText } from '../wire/byte-name.ts';
import { copyFile } from './copy-file.ts';
import { Folder } from './folder.ts';
import { systemError } from './libc.ts';
import { loadDisk } from './testing/load-disk.ts';
import { METADATA, newTarget, startWriting } from './testing/writing.ts';

let path = '';
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'ferry-copy-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(path, { recursive: true, force: true });
});

test('copies content, mode and time, and takes no name that is taken', () => {
  const content = Buffer.alloc(2 * 1024 * 1024 + 5, 'content');
  writeFileSync(join(path, 'from'), content);
  chmodSync(join(path, 'from'), 0o640);
  const folder = Folder.openPath(Buffer.from(path));
  try {
    copyFile(folder, fromText('from'), folder, fromText('to'));
    expect(readFileSync(join(path, 'to')).equals(content)).toBe(true);
    const [from, to] = ['from', 'to'].map((name) => lstatSync(join(path, name), { bigint: true }));
    expect([to?.mode, to?.mtimeNs]).toEqual([from?.mode, from?.mtimeNs]);
    expect(() => copyFile(folder, fromText('from'), folder, fromText('to'))).toThrow(/EEXIST/);
    expect(readFileSync(join(path, 'to')).equals(content)).toBe(true);
  } finally {
    folder.close();
  }
});

test('where the file system cannot link, a further name is a copy and says so', async () => {
  const disk = await loadDisk('libc');
  const { writer } = startWriting(disk, path);
  writer.writeSmall(newTarget(0, 'first'), Buffer.from('shared'), METADATA);
  await writer.publishWaiting();
  // No file system without hard links can be had here: the call fails as theirs does.
  vi.spyOn(disk.Folder.prototype, 'createHardLink').mockImplementationOnce(() => {
    throw systemError(1, 'linkat');
  });
  expect(writer.createHardLink(newTarget(0, 'second'), 0, fromText('first'))).toBe(false);
  expect(writer.createHardLink(newTarget(0, 'third'), 0, fromText('first'))).toBe(true);
  await writer.finish(() => undefined);
  expect(readFileSync(join(path, 'second'), 'utf8')).toBe('shared');
  expect(lstatSync(join(path, 'first')).nlink).toBe(2);
});
