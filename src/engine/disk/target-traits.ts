import { constants } from 'node:fs';
import type { JobId } from '../../shared/ids.ts';
import { type ByteName, fromText } from '../wire/byte-name.ts';
import { MAX_NAME_BYTES } from '../wire/limits.ts';
import { closeFd, Folder } from './folder.ts';
import { fs } from './fs.ts';
import { removeWithin } from './kept.ts';
import { partName } from './part-names.ts';

/** What a file system holds, as far as it matters for what is to be written to it. */
export interface TargetTraits {
  /** As people call it; null: not known. */
  readonly fileSystem: string | null;
  /** Null is more than anybody has. */
  readonly maxFileBytes: number | null;
  readonly maxNameBytes: number;
  /** `a` and `A` are one name. */
  readonly foldsCase: boolean;
  /** One name, however its accents are written. */
  readonly foldsUnicode: boolean;
  /** It refuses the names that Windows refuses. */
  readonly hasWindowsNames: boolean;
  readonly keepsLinks: boolean;
  /** What is never written of a file takes no room. */
  readonly keepsHoles: boolean;
}

const FAT_MAX_FILE_BYTES = 0xff_ff_ff_ff;

const ANYTHING: TargetTraits = {
  fileSystem: null,
  maxFileBytes: null,
  maxNameBytes: MAX_NAME_BYTES,
  foldsCase: false,
  foldsUnicode: false,
  hasWindowsNames: false,
  keepsLinks: true,
  keepsHoles: true,
};

const FAT = { ...ANYTHING, foldsCase: true, hasWindowsNames: true, keepsLinks: false, keepsHoles: false };

/** By `f_type` of statfs(2); the numbers are linux/magic.h's and those of the file systems' own headers. */
const BY_MAGIC: ReadonlyMap<number, TargetTraits> = new Map([
  [0xef53, { ...ANYTHING, fileSystem: 'ext4' }],
  [0x58465342, { ...ANYTHING, fileSystem: 'xfs' }],
  [0x9123683e, { ...ANYTHING, fileSystem: 'btrfs' }],
  [0x01021994, { ...ANYTHING, fileSystem: 'tmpfs' }],
  [0x794c7630, { ...ANYTHING, fileSystem: 'overlay' }],
  [0x2fc12fc1, { ...ANYTHING, fileSystem: 'zfs' }],
  [0xf2f52010, { ...ANYTHING, fileSystem: 'f2fs' }],
  [0x6969, { ...ANYTHING, fileSystem: 'nfs' }],
  [0xf15f, { ...ANYTHING, fileSystem: 'ecryptfs', maxNameBytes: 143 }],
  [0x4d44, { ...FAT, fileSystem: 'vfat', maxFileBytes: FAT_MAX_FILE_BYTES }],
  [0x2011bab0, { ...FAT, fileSystem: 'exfat' }],
  [0x7366746e, { ...ANYTHING, fileSystem: 'ntfs' }],
  [0x5346544e, { ...ANYTHING, fileSystem: 'ntfs' }],
  [0x482b, { ...ANYTHING, fileSystem: 'hfsplus', foldsUnicode: true, keepsHoles: false }],
  [0xfe534d42, { ...ANYTHING, fileSystem: 'smb' }],
  [0xff534d42, { ...ANYTHING, fileSystem: 'smb' }],
  [0x65735546, { ...ANYTHING, fileSystem: 'fuse' }],
]);

/** The traits that a kind of file system has by itself. */
export function traitsOfMagic(magic: number): TargetTraits {
  return BY_MAGIC.get(magic >>> 0) ?? ANYTHING;
}

/** What is known of a folder's file system without touching it. */
export function knownTraits(folder: Folder): TargetTraits {
  try {
    return traitsOfMagic(fs.statfsSync(folder.path).type);
  } catch {
    return ANYTHING;
  }
}

/**
 * The same, and what trying it out says, in a hidden folder that is removed again: drivers differ, and some file
 * systems are set up to fold names. Where nothing can be tried, what is known has to do.
 */
export function probedTraits(folder: Folder, job: JobId): TargetTraits {
  const known = knownTraits(folder);
  const name = partName(job);
  try {
    folder.createFolder(name, 0o700);
  } catch {
    return known;
  }
  let inside: Folder | null = null;
  try {
    inside = folder.openFolder(name);
    return { ...known, ...tryNames(inside, known) };
  } catch {
    return known;
  } finally {
    inside?.close();
    remove(folder, name);
  }
}

function remove(folder: Folder, name: ByteName): void {
  try {
    removeWithin(folder, name);
  } catch {
    // It has the name of a part of the job, so it is found and removed as one.
  }
}

function tryNames(folder: Folder, known: TargetTraits): Partial<TargetTraits> {
  const isSame = (made: string, other: string) => {
    const isMade = canMake(folder, fromText(made));
    return isMade && folder.statName(fromText(other)) !== null;
  };
  const foldsCase = isSame('case', 'CASE');
  const foldsUnicode = isSame('caf\u00e9', 'cafe\u0301');
  const hasWindowsNames = !canMake(folder, fromText('a:b'));
  const maxNameBytes = canMake(folder, fromText('n'.repeat(known.maxNameBytes))) ? known.maxNameBytes : 143;
  return { foldsCase, foldsUnicode, hasWindowsNames, maxNameBytes, keepsLinks: canLink(folder) };
}

function canMake(folder: Folder, name: ByteName): boolean {
  try {
    closeFd(folder.createFile(name, 0o600));
    return true;
  } catch {
    return false;
  }
}

function canLink(folder: Folder): boolean {
  try {
    folder.createLink(fromText('link'), 'case');
    return true;
  } catch {
    return false;
  }
}

/** Whether this user may write into a folder. */
export function mayWrite(folder: Folder): boolean {
  try {
    fs.accessSync(folder.path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
