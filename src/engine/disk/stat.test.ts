import { spawnSync } from 'node:child_process';
import { linkSync, lstatSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { setExactTime } from '../../../tools/trees/exact-times.ts';
import { fromText } from '../wire/byte-name.ts';
import type { Folder } from './folder.ts';
import { type Disk, loadDisk, WAYS } from './testing/load-disk.ts';
import { makeFifo, makeTempFolder } from './testing/temp-folder.ts';

const NS_PER_S = 1_000_000_000n;
/** Before 1970, around it, now, after 32 bits. ext4 and xfs keep all of them. */
const TIMES: readonly (readonly [seconds: number, nanoseconds: number])[] = [
  [-86_400 * 365, 1],
  [-2, 999_999_999],
  [-1, 500_000_000],
  [0, 0],
  [0, 1],
  [1_704_067_200, 123_456_789],
  [2 ** 31, 987_654_321],
  [2 ** 32 + 5, 999_999_999],
  [10_000_000_000, 7],
];

describe.each(WAYS)('by %s', (way) => {
  let disk: Disk;
  beforeAll(async () => {
    disk = await loadDisk(way);
  });

  function make(): { path: string; folder: Folder } {
    const path = makeTempFolder();
    const folder = disk.Folder.openPath(Buffer.from(path));
    onTestFinished(() => folder.close());
    return { path, folder };
  }

  test('every kind of name is told apart without opening it', () => {
    const { path, folder } = make();
    writeFileSync(join(path, 'file'), 'content', { mode: 0o640 });
    mkdirSync(join(path, 'folder'), { mode: 0o750 });
    symlinkSync('nowhere', join(path, 'link'));
    makeFifo(join(path, 'fifo'));
    for (const type of ['file', 'folder', 'link', 'fifo']) {
      expect(folder.statName(fromText(type))?.type).toBe(type);
    }
    expect(folder.statName(fromText('file'))).toMatchObject({ mode: 0o640, size: 7, linkCount: 1 });
    expect(folder.statName(fromText('nothing'))).toBeNull();
    const device = disk.Folder.openPath(Buffer.from('/dev'));
    expect(device.statName(fromText('null'))?.type).toBe('device');
    device.close();
  });

  test('says what the kernel says', () => {
    const { path, folder } = make();
    writeFileSync(join(path, 'file'), Buffer.alloc(70_000, 1));
    linkSync(join(path, 'file'), join(path, 'second'));
    truncateSync(join(path, 'file'), 5 * 2 ** 32);
    const real = lstatSync(join(path, 'file'), { bigint: true });
    const stat = folder.statName(fromText('file'));
    expect(stat).toMatchObject({
      size: Number(real.size),
      linkCount: 2,
      allocated: Number(real.blocks) * 512,
      mtimeSec: Number(real.mtimeNs / NS_PER_S),
      mtimeNs: Number(real.mtimeNs % NS_PER_S),
      ctimeSec: Number(real.ctimeNs / NS_PER_S),
      ctimeNs: Number(real.ctimeNs % NS_PER_S),
    });
    expect(folder.statName(fromText('second'))?.inode).toBe(stat?.inode);
    expect(folder.stat().inode).not.toBe(stat?.inode);
    const fd = folder.openFile(fromText('file'));
    expect(disk.statFd(fd)).toEqual(stat);
    disk.closeFd(fd);
  });

  test.each(TIMES)('reads the time %d s, %d ns', (seconds, nanoseconds) => {
    const { path, folder } = make();
    writeFileSync(join(path, 'file'), '');
    setExactTimeOf(join(path, 'file'), seconds, nanoseconds);
    expect(folder.statName(fromText('file'))).toMatchObject({ mtimeSec: seconds, mtimeNs: nanoseconds });
  });

  test.each(TIMES)('sets the time %d s, %d ns, of files, folders and links', (seconds, nanoseconds) => {
    const { path, folder } = make();
    const fd = folder.createFile(fromText('file'), 0o600);
    disk.setFdTimes(fd, seconds, nanoseconds);
    disk.closeFd(fd);
    mkdirSync(join(path, 'folder'));
    symlinkSync('nowhere', join(path, 'link'));
    for (const name of ['folder', 'link']) folder.setTimes(fromText(name), seconds, nanoseconds);
    for (const name of ['file', 'folder', 'link']) {
      const { mtimeNs } = lstatSync(join(path, name), { bigint: true });
      const off = mtimeNs - (BigInt(seconds) * NS_PER_S + BigInt(nanoseconds));
      // Node's calls take a double: exact to the microsecond until the year 2242, nearly so beyond.
      const allowed = way === 'libc' ? 0n : 2_000n;
      expect([name, off <= allowed && off >= -allowed ? 'close' : off]).toEqual([name, 'close']);
      const stat = folder.statName(fromText(name));
      if (stat !== null && seconds < 2 ** 32) {
        expect(disk.isSameTime(stat, { mtimeSec: seconds, mtimeNs: nanoseconds })).toBe(true);
      }
    }
  });

  test('another time is another, by a nanosecond where times are exact', () => {
    const time = { mtimeSec: 5, mtimeNs: 999_999_999 };
    expect(disk.isSameTime(time, time)).toBe(true);
    expect(disk.isSameTime(time, { mtimeSec: 6, mtimeNs: 0 })).toBe(way === 'node');
    expect(disk.isSameTime(time, { mtimeSec: 6, mtimeNs: 2_000 })).toBe(false);
    expect(disk.isSameTime(time, { mtimeSec: 4, mtimeNs: 999_999_999 })).toBe(false);
  });
});

function setExactTimeOf(path: string, seconds: number, nanoseconds: number): void {
  const whole = BigInt(seconds) * NS_PER_S + BigInt(nanoseconds);
  if (whole >= 0n) return setExactTime(Buffer.from(path), whole);
  // That helper's division rounds towards zero; touch takes a signed decimal.
  const fraction = String(-whole % NS_PER_S).padStart(9, '0');
  spawnSync('touch', ['-m', '-d', `@-${-whole / NS_PER_S}.${fraction}`, path]);
}
