import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromText } from '../wire/byte-name.ts';
import { type Disk, loadDisk, WAYS } from './testing/load-disk.ts';
import { countOpenDescriptors, makeTempFolder, modeOf, namesBelow } from './testing/temp-folder.ts';
import {
  addFolder,
  FOLDER_METADATA,
  finish,
  METADATA,
  mergeFolder,
  newTarget,
  startWriting,
} from './testing/writing.ts';

describe.each(WAYS)('into folders that are there, by %s', (way) => {
  let disk: Disk;
  beforeAll(async () => {
    disk = await loadDisk(way);
  });

  test('files get their names when they are synced, what was there stays', async () => {
    const path = makeTempFolder();
    mkdirSync(join(path, 'there'));
    writeFileSync(join(path, 'there/old'), 'old');
    const { writer } = startWriting(disk, path);
    mergeFolder(writer, 1, 0, 'there');
    addFolder(writer, 2, 1, 'new');
    writer.writeSmall(newTarget(1, 'a'), Buffer.from('a'), METADATA);
    writer.writeSmall(newTarget(2, 'b'), Buffer.from('b'), METADATA);
    writer.writeSmall(newTarget(0, 'c'), Buffer.from('c'), METADATA);
    expect(namesBelow(path).filter((name) => !name.endsWith('.part'))).toEqual([
      'there/',
      'there/new/',
      'there/old',
    ]);
    expect(namesBelow(path).filter((name) => name.endsWith('.part'))).toHaveLength(3);
    await writer.publishWaiting();
    expect(namesBelow(path)).toEqual(['c', 'there/', 'there/a', 'there/new/', 'there/new/b', 'there/old']);
    await finish(writer);
    expect(modeOf(join(path, 'there'))).toBe(0o755);
    expect(statSync(join(path, 'there')).mtimeMs).toBeCloseTo(FOLDER_METADATA.mtimeSec * 1000 + 654.321, 2);
    expect(modeOf(join(path, 'there/new'))).toBe(0o755);
    expect(readFileSync(join(path, 'there/old'), 'utf8')).toBe('old');
  });

  test('a planned replacement replaces, hard-linked targets and links too', async () => {
    const path = makeTempFolder();
    for (const name of ['file', 'first']) writeFileSync(join(path, name), `old ${name}`);
    linkSync(join(path, 'first'), join(path, 'second'));
    symlinkSync('file', join(path, 'link'));
    const { writer, late } = startWriting(disk, path);
    const planned = (name: string) => {
      const expected = writer.stat(0, fromText(name));
      if (expected === null) throw new Error('nothing there');
      return { folder: 0, name: fromText(name), plan: { kind: 'replace', expected } } as const;
    };
    const targets = ['file', 'first', 'second', 'link'].map(planned);
    for (const target of targets.slice(0, 3)) writer.writeSmall(target, Buffer.from('new'), METADATA);
    await writer.publishWaiting();
    writer.createLink(targets[3] as ReturnType<typeof planned>, 'elsewhere', METADATA);
    await finish(writer);
    expect(late).toEqual([]);
    expect(namesBelow(path)).toEqual(['file', 'first', 'link', 'second']);
    for (const name of ['file', 'first', 'second'])
      expect(readFileSync(join(path, name), 'utf8')).toBe('new');
    expect(readlinkSync(join(path, 'link'))).toBe('elsewhere');
  });

  test('a replacement by a further name of a file leaves no part', async () => {
    const path = makeTempFolder();
    for (const name of ['first', 'second']) writeFileSync(join(path, name), name);
    const { writer } = startWriting(disk, path);
    const expected = writer.stat(0, fromText('second'));
    if (expected === null) throw new Error('nothing there');
    const target = { folder: 0, name: fromText('second'), plan: { kind: 'replace', expected } } as const;
    writer.createHardLink(target, 0, fromText('first'));
    // Once more: now both names are one file already, and rename does nothing.
    const again = writer.stat(0, fromText('second'));
    if (again === null) throw new Error('nothing there');
    writer.createHardLink({ ...target, plan: { kind: 'replace', expected: again } }, 0, fromText('first'));
    await finish(writer);
    expect(namesBelow(path)).toEqual(['first', 'second']);
    expect(statSync(join(path, 'first')).ino).toBe(statSync(join(path, 'second')).ino);
  });

  test('late comers are told, with the name the copy got', async () => {
    const path = makeTempFolder();
    mkdirSync(join(path, 'there'));
    const { writer, late } = startWriting(disk, path);
    mergeFolder(writer, 1, 0, 'there');
    writer.writeSmall(newTarget(1, 'name.txt'), Buffer.from('new'), METADATA);
    writeFileSync(join(path, 'there/name.txt'), 'late');
    symlinkSync('x', join(path, 'there/link'));
    await writer.publishWaiting();
    writer.createLink(newTarget(1, 'link'), 'y', METADATA);
    await finish(writer);
    expect(late).toEqual([
      { folder: 1, planned: 'name.txt', name: 'name (2).txt' },
      { folder: 1, planned: 'link', name: 'link (2)' },
    ]);
    expect(readFileSync(join(path, 'there/name.txt'), 'utf8')).toBe('late');
    expect(readFileSync(join(path, 'there/name (2).txt'), 'utf8')).toBe('new');
  });

  test('a folder that is swapped for a link is not written through, and is told apart from trouble of ours', async () => {
    const path = makeTempFolder();
    const outside = makeTempFolder();
    mkdirSync(join(path, 'there/below'), { recursive: true });
    const { writer } = startWriting(disk, path);
    mergeFolder(writer, 1, 0, 'there');
    mergeFolder(writer, 2, 1, 'below');
    rmSync(join(path, 'there/below'), { recursive: true });
    symlinkSync(outside, join(path, 'there/below'));
    const changed = expect.objectContaining({ code: 'destination-changed' });
    expect(() => writer.writeSmall(newTarget(2, 'file'), Buffer.from('x'), METADATA)).toThrow(changed);
    expect(() => writer.open(newTarget(2, 'file'))).toThrow(changed);
    const problems: unknown[] = [];
    await writer.finish((folder, failure) => problems.push([folder, failure.code]));
    expect(problems).toEqual([[2, 'metadata-lost']]);
    expect(namesBelow(outside)).toEqual([]);
  });

  test('metadata of what was there and identical is brought up to date', async () => {
    const path = makeTempFolder();
    writeFileSync(join(path, 'file'), 'same', { mode: 0o600 });
    chmodSync(join(path, 'file'), 0o4755);
    const { writer } = startWriting(disk, path);
    writer.refresh(0, fromText('file'), METADATA);
    writer.refresh(0, fromText('gone meanwhile'), METADATA);
    expect(modeOf(join(path, 'file'))).toBe(0o644);
    const stat = writer.stat(0, fromText('file'));
    expect(stat !== null && disk.isSameTime(stat, METADATA)).toBe(true);
    // Nothing to do leaves it alone: its change time stays.
    writer.refresh(0, fromText('file'), METADATA);
    expect(writer.stat(0, fromText('file'))).toEqual(stat);
  });
});

describe.each(WAYS)('failures, by %s', (way) => {
  let disk: Disk;
  beforeAll(async () => {
    disk = await loadDisk(way);
  });

  test('a name that cannot be leaves neither part nor descriptor', async () => {
    const path = makeTempFolder();
    writeFileSync(join(path, 'file'), 'x');
    const { writer } = startWriting(disk, path);
    const before = countOpenDescriptors();
    const tooLong = 'n'.repeat(256);
    const failing = [
      () => writer.createLink(newTarget(0, 'link'), '', METADATA),
      () => writer.createLink(newTarget(0, tooLong), 'x', METADATA),
      () => writer.createHardLink(newTarget(0, 'hard'), 0, fromText('nothing')),
      () => writer.createHardLink(newTarget(0, tooLong), 0, fromText('file')),
    ];
    for (const step of failing) expect(step).toThrow();
    expect(namesBelow(path)).toEqual(['file']);
    expect(countOpenDescriptors()).toBe(before);
    await finish(writer);
  });

  test('a file that cannot get its name leaves the others waiting, for whoever gives the job up', async () => {
    const path = makeTempFolder();
    const { writer } = startWriting(disk, path);
    for (const name of ['a', 'n'.repeat(256), 'z'])
      writer.writeSmall(newTarget(0, name), Buffer.from('x'), METADATA);
    await expect(writer.publishWaiting()).rejects.toThrow(expect.objectContaining({ code: 'ENAMETOOLONG' }));
    expect(namesBelow(path).filter((name) => name.endsWith('.part'))).toHaveLength(2);
    writer.abandon();
    expect(namesBelow(path)).toEqual(['a']);
  });

  test.each(['publishWaiting', 'finish'] as const)(
    'given up during the sync of %s: nothing more is touched',
    async (step) => {
      const path = makeTempFolder();
      const { writer } = startWriting(disk, path);
      const before = countOpenDescriptors();
      addFolder(writer, 1, 0, 'top');
      for (let index = 0; index < 100; index++) {
        writer.writeSmall(newTarget(0, `file-${index}`), Buffer.from('x'), METADATA);
      }
      const [part] = writer.stagedParts();
      const running = step === 'finish' ? finish(writer) : writer.publishWaiting();
      writer.abandon();
      writer.close();
      await expect(running).rejects.toThrow(expect.objectContaining({ code: 'interrupted' }));
      expect(namesBelow(path)).toEqual([`${part}/`]);
      expect(countOpenDescriptors()).toBe(before - 1);
    },
  );

  test('a part that somebody moved away does not hide why a file failed', () => {
    const path = makeTempFolder();
    mkdirSync(join(path, 'there'));
    const { writer } = startWriting(disk, path);
    mergeFolder(writer, 1, 0, 'there');
    const file = writer.open(newTarget(1, 'file'));
    renameSync(join(path, 'there'), join(path, 'moved'));
    expect(() => writer.discard(file)).not.toThrow();
  });
});

test('more files than wait at once are published in turns', async () => {
  const disk = await loadDisk('libc');
  const path = makeTempFolder();
  const { writer } = startWriting(disk, path);
  for (let index = 0; index < 1_000; index++) {
    expect(writer.isPublishDue).toBe(false);
    writer.writeSmall(newTarget(0, `file-${index}`), Buffer.from('x'), METADATA);
  }
  expect(writer.isPublishDue).toBe(true);
  const publishing = writer.publishWaiting();
  writer.writeSmall(newTarget(0, 'during'), Buffer.from('x'), METADATA);
  await publishing;
  expect(writer.isPublishDue).toBe(false);
  expect(namesBelow(path).filter((name) => name.endsWith('.part'))).toHaveLength(1);
  await finish(writer);
  expect(namesBelow(path)).toHaveLength(1_001);
});
