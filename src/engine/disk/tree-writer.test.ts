import { lstatSync, mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromText } from '../wire/byte-name.ts';
import { type Disk, loadDisk, WAYS } from './testing/load-disk.ts';
import { runProgram } from './testing/run-program.ts';
import { countOpenDescriptors, makeTempFolder, modeOf, namesBelow } from './testing/temp-folder.ts';
import {
  addFolder,
  FOLDER_METADATA,
  finish,
  METADATA,
  newTarget,
  startWriting,
  writeBlocks,
} from './testing/writing.ts';

const MIB = 1 << 20;

function timeOf(path: string): readonly [seconds: number, nanoseconds: number] {
  const { mtimeNs } = lstatSync(path, { bigint: true });
  const rest = ((mtimeNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return [Number((mtimeNs - rest) / 1_000_000_000n), Number(rest)];
}

describe.each(WAYS)('a new top-level folder, by %s', (way) => {
  let disk: Disk;
  beforeAll(async () => {
    disk = await loadDisk(way);
  });

  test('grows hidden and closed, and appears whole by one rename', async () => {
    const path = makeTempFolder();
    const { writer } = startWriting(disk, path);
    addFolder(writer, 1, 0, 'top', { ...FOLDER_METADATA, mode: 0o777 });
    addFolder(writer, 2, 1, 'below', { ...FOLDER_METADATA, mode: 0o777 });
    writer.writeSmall(newTarget(1, 'small'), Buffer.from('content'), METADATA);
    await writeBlocks(
      disk,
      writer,
      newTarget(2, 'large'),
      [{ offset: 0, bytes: Buffer.alloc(MIB, 7), sparse: false }],
      MIB,
    );
    const [part = ''] = writer.stagedParts();
    expect(namesBelow(path)).toEqual([`${part}/`, `${part}/below/`, `${part}/below/large`, `${part}/small`]);
    expect(part).toMatch(/^\.ferry-.*\.part$/);
    expect([modeOf(join(path, part)), modeOf(join(path, part, 'below'))]).toEqual([0o700, 0o700]);
    const inode = statSync(join(path, part)).ino;

    await finish(writer);
    expect(namesBelow(path)).toEqual(['top/', 'top/below/', 'top/below/large', 'top/small']);
    expect(statSync(join(path, 'top')).ino).toBe(inode);
    expect(readFileSync(join(path, 'top/small'), 'utf8')).toBe('content');
    expect(readFileSync(join(path, 'top/below/large')).equals(Buffer.alloc(MIB, 7))).toBe(true);
  });

  test('keeps modes and times, of folders after everything in them', async () => {
    const path = makeTempFolder();
    const { writer } = startWriting(disk, path);
    const modes = [0o400, 0o444, 0o600, 0o640, 0o755, 0o777, 0o000, 0o111];
    addFolder(writer, 1, 0, 'top', { mode: 0o555, mtimeSec: 5, mtimeNs: 500_000_000 });
    addFolder(writer, 2, 1, 'below', { mode: 0o500, mtimeSec: -7, mtimeNs: 250_000_000 });
    for (const mode of modes) {
      writer.writeSmall(newTarget(1, `small-${mode}`), Buffer.from('x'), { ...METADATA, mode });
      const block = { offset: 0, bytes: Buffer.from('x'), sparse: false };
      await writeBlocks(disk, writer, newTarget(2, `large-${mode}`), [block], 1, { ...METADATA, mode });
    }
    writer.createLink(newTarget(2, 'link'), 'nowhere', { mode: 0o777, mtimeSec: -1, mtimeNs: 500_000_000 });
    await finish(writer);
    for (const mode of modes) {
      expect(modeOf(join(path, `top/small-${mode}`))).toBe(mode);
      expect(modeOf(join(path, `top/below/large-${mode}`))).toBe(mode);
    }
    expect([modeOf(join(path, 'top')), modeOf(join(path, 'top/below'))]).toEqual([0o555, 0o500]);
    expect(timeOf(join(path, 'top'))).toEqual([5, 500_000_000]);
    expect(timeOf(join(path, 'top/below'))).toEqual([-7, 250_000_000]);
    expect(timeOf(join(path, 'top/below/link'))).toEqual([-1, 500_000_000]);
    expect(readlinkSync(join(path, 'top/below/link'))).toBe('nowhere');
  });

  const exactTimes = [
    [-86_400 * 3650, 1],
    [-1, 999_999_999],
    [0, 1],
    [2 ** 31, 123_456_789],
    [10_000_000_000, 999_999_999],
  ] as const;
  // Node's calls keep microseconds only: see stat.test.ts.
  test.each(way === 'libc' ? exactTimes : [])(
    'keeps the time %d s, %d ns exactly',
    async (mtimeSec, mtimeNs) => {
      const path = makeTempFolder();
      const { writer } = startWriting(disk, path);
      addFolder(writer, 1, 0, 'top', { mode: 0o755, mtimeSec, mtimeNs });
      writer.writeSmall(newTarget(1, 'file'), Buffer.from('x'), { mode: 0o644, mtimeSec, mtimeNs });
      writer.createLink(newTarget(1, 'link'), 'x', { mode: 0o777, mtimeSec, mtimeNs });
      await finish(writer);
      for (const name of ['top', 'top/file', 'top/link']) {
        expect(timeOf(join(path, name))).toEqual([mtimeSec, mtimeNs]);
      }
    },
  );

  test('keeps hard links, holes and lengths', async () => {
    const path = makeTempFolder();
    const { writer } = startWriting(disk, path);
    addFolder(writer, 1, 0, 'top');
    addFolder(writer, 2, 1, 'below');
    writer.writeSmall(newTarget(1, 'first'), Buffer.from('shared'), METADATA);
    writer.createHardLink(newTarget(2, 'second'), 1, fromText('first'));
    const block = Buffer.alloc(MIB);
    block.write('in the middle', 512 * 1024);
    const length = 64 * MIB + 3;
    await writeBlocks(
      disk,
      writer,
      newTarget(1, 'sparse'),
      [{ offset: 3 * MIB, bytes: block, sparse: true }],
      length,
    );
    await writeBlocks(disk, writer, newTarget(1, 'hole'), [], 8 * MIB);
    await finish(writer);
    expect(statSync(join(path, 'top/first')).ino).toBe(statSync(join(path, 'top/below/second')).ino);
    const sparse = statSync(join(path, 'top/sparse'));
    expect([sparse.size, sparse.blocks * 512 < MIB]).toEqual([length, true]);
    const content = readFileSync(join(path, 'top/sparse'));
    expect(content.subarray(3 * MIB, 4 * MIB).equals(block)).toBe(true);
    expect(content.subarray(4 * MIB).every((byte) => byte === 0)).toBe(true);
    expect(statSync(join(path, 'top/hole'))).toMatchObject({ size: 8 * MIB, blocks: 0 });
  });

  test('what took its name meanwhile stays', async () => {
    const path = makeTempFolder();
    const { writer, late } = startWriting(disk, path);
    addFolder(writer, 1, 0, 'top');
    writer.writeSmall(newTarget(1, 'file'), Buffer.from('new'), METADATA);
    mkdirSync(join(path, 'top'));
    await finish(writer);
    expect(namesBelow(path)).toEqual(['top (2)/', 'top (2)/file', 'top/']);
    expect(late).toEqual([{ folder: 0, planned: 'top', name: 'top (2)' }]);
  });

  test('several, with many more folders and files than are kept open', async () => {
    const path = makeTempFolder();
    const { writer } = startWriting(disk, path);
    const before = countOpenDescriptors();
    const tops = 3;
    let number = 0;
    for (let top = 0; top < tops; top++) {
      const topNumber = (number += 1);
      addFolder(writer, topNumber, 0, `top-${top}`);
      for (let index = 0; index < 150; index++) {
        number += 1;
        addFolder(writer, number, topNumber, `folder-${index}`);
        if (index % 10 > 0) continue;
        writer.writeSmall(newTarget(number, 'file'), Buffer.from(`${top} ${index}`), METADATA);
      }
    }
    // And back to folders whose descriptors have long been closed.
    for (let at = 2; at < 150; at += 10)
      writer.writeSmall(newTarget(at, 'again'), Buffer.from('x'), METADATA);
    expect(countOpenDescriptors() - before).toBeLessThan(200);
    await finish(writer);
    expect(namesBelow(path)).toHaveLength(tops * (1 + 150 + 15) + 15);
    expect(readFileSync(join(path, 'top-2/folder-140/file'), 'utf8')).toBe('2 140');
    writer.close();
  });

  test('what is left of a job that is given up is its parts, and no descriptor', async () => {
    const path = makeTempFolder();
    writeFileSync(join(path, 'there'), 'before');
    const before = countOpenDescriptors();
    const { writer } = startWriting(disk, path);
    addFolder(writer, 1, 0, 'top');
    writer.writeSmall(newTarget(1, 'file'), Buffer.from('x'), METADATA);
    writer.writeSmall(newTarget(0, 'beside'), Buffer.from('x'), METADATA);
    const [part] = writer.stagedParts();
    writer.abandon();
    writer.close();
    expect(namesBelow(path)).toEqual([`${part}/`, `${part}/file`, 'there']);
    expect(countOpenDescriptors()).toBe(before);
  });

  test('nothing of another user, umask or mode is in the way, and nothing becomes setuid', async () => {
    for (const umask of ['0', '22', '77']) {
      const path = makeTempFolder();
      const told = await runProgram(
        new URL('./testing/write-as-nobody.ts', import.meta.url),
        way,
        path,
        umask,
      );
      expect(told).toEqual({ umask, problems: [], differences: [] });
    }
  });
});
