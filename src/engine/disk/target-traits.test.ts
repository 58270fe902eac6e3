import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { Folder } from './folder.ts';
import { knownTraits, mayWrite, probedTraits, traitsOfMagic } from './target-traits.ts';
import { makeTempFolder } from './testing/temp-folder.ts';

const JOB = '0123456789abcdef0123456789abcdef' as JobId;

test('what a FAT stick holds is known without asking it', () => {
  expect(traitsOfMagic(0x4d44)).toMatchObject({
    fileSystem: 'vfat',
    maxFileBytes: 4_294_967_295,
    ...{ foldsCase: true, hasWindowsNames: true, keepsLinks: false },
  });
  // As statfs gives it where the number is signed.
  expect(traitsOfMagic(0x9123683e | 0)).toMatchObject({ fileSystem: 'btrfs' });
  expect(traitsOfMagic(1)).toMatchObject({ fileSystem: null, maxFileBytes: null, maxNameBytes: 255 });
});

test('trying it out agrees with what is known of this file system, and leaves nothing', () => {
  const path = makeTempFolder();
  const folder = Folder.openPath(Buffer.from(path));
  expect(probedTraits(folder, JOB)).toEqual(knownTraits(folder));
  expect(readdirSync(path)).toEqual([]);
  expect(mayWrite(folder)).toBe(true);
  folder.close();
});
