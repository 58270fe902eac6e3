import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findMount, mountOf, parseMounts } from './mount-point.ts';

const LIST = [
  '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '40 22 0:35 / /mnt/usb\\040stick rw - vfat /dev/sdb1 rw',
  '41 22 0:36 / /mnt rw master:3 - tmpfs tmpfs rw',
  '42 41 0:37 / /mnt/a rw - xfs /dev/sdc1 rw',
  '43 42 0:38 / /mnt/a rw - btrfs /dev/sdd1 rw',
  '',
].join('\n');

test('a path is on the mount that is nearest above it, the later one of two', () => {
  const mounts = parseMounts(LIST);
  const typeOf = (path: string) => mountOf(path, mounts)?.type;
  expect(typeOf('/home')).toBe('ext4');
  expect(typeOf('/mnt/usb stick/in')).toBe('vfat');
  expect(typeOf('/mnt/usb')).toBe('tmpfs');
  expect(typeOf('/mnt/ab')).toBe('tmpfs');
  expect(typeOf('/mnt/a')).toBe('btrfs');
  expect(typeOf('/mnt/a/b/c')).toBe('btrfs');
});

test.runIf(process.platform === 'linux')(
  'what is not there yet is where it would be, links followed',
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ferry-mounts-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    mkdirSync(join(dir, 'real'));
    symlinkSync('real/later', join(dir, 'link'));
    symlinkSync('/proc/self/nothing', join(dir, 'away'));
    const here = await findMount(Buffer.from(dir));
    expect(here).not.toBeNull();
    expect(await findMount(Buffer.from(join(dir, 'none/at/all')))).toEqual(here);
    expect(await findMount(Buffer.from(join(dir, 'link/x')))).toEqual(here);
    expect((await findMount(Buffer.from(join(dir, 'away/x'))))?.type).toBe('proc');
  },
);
