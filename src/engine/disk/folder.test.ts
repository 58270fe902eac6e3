import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ByteName, fromBytes, fromText } from '../wire/byte-name.ts';
import type { Folder } from './folder.ts';
import { type Disk, loadDisk, WAYS } from './testing/load-disk.ts';
import { countOpenDescriptors, makeFifo, makeTempFolder, modeOf, namesBelow } from './testing/temp-folder.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const name = fromText('name');

describe.each(WAYS)('by %s', (way) => {
  let disk: Disk;
  beforeAll(async () => {
    disk = await loadDisk(way);
  });

  function open(path: string): Folder {
    const folder = disk.Folder.openPath(Buffer.from(path));
    onTestFinished(() => folder.close());
    return folder;
  }

  function make(): { path: string; folder: Folder } {
    const path = makeTempFolder();
    return { path, folder: open(path) };
  }

  function write(folder: Folder, target: ByteName, content: string, mode = 0o600): void {
    const fd = folder.createFile(target, mode);
    disk.writeFully(fd, Buffer.from(content), 0);
    disk.closeFd(fd);
  }

  test('names are bytes', () => {
    const { path, folder } = make();
    const names = [
      'n'.repeat(255),
      '\u{6f22}'.repeat(85),
      'line\nbreak',
      '\u{1f6a2}',
      '-rf',
      'back\\slash',
    ].map(fromText);
    names.push(fromBytes(Buffer.from([0xff, 0xfe, 0x80])), fromBytes(Buffer.from([0x61, 0xc3])));
    for (const each of names) write(folder, each, 'content');
    expect(folder.readNames().sort()).toEqual(names.sort());
    const exact = readdirSync(path, { encoding: 'buffer' }).map((bytes) => bytes.toString('latin1'));
    expect(exact.sort()).toEqual(names);
    for (const each of names) expect(folder.statName(each)).toMatchObject({ type: 'file', size: 7 });
    for (const each of names) folder.removeFile(each);
    expect(folder.readNames()).toEqual([]);
    expect(() => folder.createFile(fromText('n'.repeat(256)), 0o600)).toThrow(code('ENAMETOOLONG'));
  });

  test('folders are made, opened, described and removed', () => {
    const { path, folder } = make();
    folder.createFolder(name, 0o700);
    expect(modeOf(join(path, 'name'))).toBe(0o700);
    expect(() => folder.createFolder(name, 0o700)).toThrow(code('EEXIST'));
    const child = folder.openFolder(name);
    write(child, fromText('inside'), 'x');
    expect(child.stat()).toMatchObject({ type: 'folder', mode: 0o700 });
    child.close();
    expect(namesBelow(path)).toEqual(['name/', 'name/inside']);
    expect(() => folder.removeFolder(name)).toThrow(code('ENOTEMPTY'));
    expect(() => folder.removeFile(name)).toThrow();
    expect(folder.statName(fromText('nothing'))).toBeNull();
    expect(() => folder.openFolder(fromText('nothing'))).toThrow(code('ENOENT'));
  });

  test('a file is created only where nothing is, a link that points nowhere neither', () => {
    const { path, folder } = make();
    write(folder, name, 'first');
    symlinkSync(join(path, 'elsewhere'), join(path, 'dangling'));
    expect(() => folder.createFile(name, 0o600)).toThrow(code('EEXIST'));
    expect(() => folder.createFile(fromText('dangling'), 0o600)).toThrow(code('EEXIST'));
    expect(readFileSync(join(path, 'name'), 'utf8')).toBe('first');
    expect(namesBelow(path)).toEqual(['dangling', 'name']);
  });

  test('links are read, never followed', () => {
    const { path, folder } = make();
    mkdirSync(join(path, 'folder'));
    writeFileSync(join(path, 'file'), 'content');
    symlinkSync('folder', join(path, 'to-folder'));
    symlinkSync('file', join(path, 'to-file'));
    const target = fromBytes(Buffer.from([0xff, 0x2f, 0xfe, 0x0a]));
    folder.createLink(name, target);
    expect(folder.readLink(name)).toBe(target);
    expect(readlinkSync(join(path, 'name'), 'buffer')).toEqual(Buffer.from(target, 'latin1'));
    folder.createLink(fromText('long'), 'x/'.repeat(2000));
    expect(folder.readLink(fromText('long'))).toBe('x/'.repeat(2000));
    expect(folder.statName(fromText('to-folder'))).toMatchObject({ type: 'link', size: 6 });
    expect(() => folder.openFolder(fromText('to-folder'))).toThrow();
    expect(() => folder.openFile(fromText('to-file'))).toThrow(code('ELOOP'));
    expect(() => folder.setMode(fromText('to-file'), 0o777)).toThrow(code('ELOOP'));
    folder.setTimes(fromText('to-file'), 1_000, 0);
    expect(lstatSync(join(path, 'to-file')).mtimeMs).toBe(1_000_000);
    expect(statSync(join(path, 'file')).mtimeMs).toBeGreaterThan(1_000_000);
  });

  test('a FIFO is opened without waiting for a writer, and told apart', { timeout: 5_000 }, () => {
    const { path, folder } = make();
    makeFifo(join(path, 'name'));
    expect(folder.statName(name)?.type).toBe('fifo');
    const fd = folder.openFile(name);
    expect(disk.statFd(fd).type).toBe('fifo');
    disk.closeFd(fd);
  });

  test('an open folder stays the same one when another takes its name', () => {
    const { path, folder } = make();
    const outside = makeTempFolder();
    folder.createFolder(name, 0o700);
    const child = folder.openFolder(name);
    renameSync(join(path, 'name'), join(path, 'moved'));
    symlinkSync(outside, join(path, 'name'));
    write(child, fromText('file'), 'content');
    child.createFolder(fromText('folder'), 0o700);
    child.createLink(fromText('link'), 'x');
    child.createHardLink(fromText('hard'), child, fromText('file'));
    child.setMode(fromText('file'), 0o640);
    child.publish(fromText('file'), child, fromText('published'), 'file');
    expect(child.readNames().sort()).toEqual(['folder', 'hard', 'link', 'published']);
    child.close();
    expect(namesBelow(outside)).toEqual([]);
  });

  test('publishing never takes a name', () => {
    const { path, folder } = make();
    for (const kind of ['file', 'folder'] as const) {
      const part = fromText(`part-${kind}`);
      const target = fromText(`target-${kind}`);
      if (kind === 'file') write(folder, part, 'new');
      else folder.createFolder(part, 0o700);
      // Plain rename would replace an empty folder without a word.
      if (kind === 'file') writeFileSync(join(path, target), 'old');
      else mkdirSync(join(path, target));
      const before = lstatSync(join(path, target)).ino;
      expect(() => folder.publish(part, folder, target, kind)).toThrow(code('EEXIST'));
      expect(lstatSync(join(path, target)).ino).toBe(before);
      expect(folder.statName(part)).not.toBeNull();
      folder.publish(part, folder, fromText(`free-${kind}`), kind);
      expect(folder.statName(part)).toBeNull();
    }
    expect(namesBelow(path)).toEqual(['free-file', 'free-folder/', 'target-file', 'target-folder/']);
  });

  test('publishing a link moves the link', () => {
    const { path, folder } = make();
    folder.createLink(name, 'nowhere');
    folder.publish(name, folder, fromText('target'), 'file');
    expect(namesBelow(path)).toEqual(['target']);
    expect(readlinkSync(join(path, 'target'))).toBe('nowhere');
  });

  test('replacing leaves nothing behind, on a second name of the same file neither', () => {
    const { path, folder } = make();
    write(folder, fromText('part'), 'new');
    writeFileSync(join(path, 'name'), 'old');
    folder.replace(fromText('part'), name);
    expect(namesBelow(path)).toEqual(['name']);
    expect(readFileSync(join(path, 'name'), 'utf8')).toBe('new');
    linkSync(join(path, 'name'), join(path, 'part'));
    folder.replace(fromText('part'), name);
    expect(namesBelow(path)).toEqual(['name']);
  });

  test('modes lose setuid, setgid and sticky', () => {
    const { path, folder } = make();
    write(folder, name, 'x');
    chmodSync(join(path, 'name'), 0o4755);
    folder.setMode(name, 0o7711);
    expect(modeOf(join(path, 'name'))).toBe(0o711);
    folder.createFolder(fromText('folder'), 0o700);
    folder.setMode(fromText('folder'), 0o7555);
    expect(modeOf(join(path, 'folder'))).toBe(0o555);
  });

  test('reading and writing reach across what one call takes', () => {
    const { folder } = make();
    const content = Buffer.alloc(3 << 20, 'content');
    const fd = folder.createFile(name, 0o600);
    disk.writeFully(fd, content, 5);
    disk.closeFd(fd);
    const back = folder.openFile(name);
    const room = Buffer.alloc(content.length + 100);
    expect(disk.readFully(back, room, 5)).toBe(content.length);
    expect(room.subarray(0, content.length).equals(content)).toBe(true);
    expect(disk.readFully(back, room, content.length + 5)).toBe(0);
    disk.closeFd(back);
  });

  test('descriptors are all closed again, after failures too', () => {
    const { path, folder } = make();
    symlinkSync('nowhere', join(path, 'link'));
    const before = countOpenDescriptors();
    for (let round = 0; round < 20; round++) {
      write(folder, name, 'x');
      folder.setMode(name, 0o644);
      disk.Folder.reopen(folder).close();
      expect(() => folder.openFolder(name)).toThrow(code('ENOTDIR'));
      expect(() => folder.setMode(fromText('link'), 0o644)).toThrow();
      folder.readNames();
      folder.removeFile(name);
    }
    expect(countOpenDescriptors()).toBe(before);
  });
});
