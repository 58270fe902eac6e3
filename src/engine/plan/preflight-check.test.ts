import { describe, expect, test } from 'vitest';
import { traitsOfMagic } from '../disk/target-traits.ts';
import { type ByteName, fromText } from '../wire/byte-name.ts';
import { PreflightCheck } from './preflight-check.ts';
import { isRefusedByWindows } from './windows-names.ts';

const VFAT = traitsOfMagic(0x4d44);
const EXT4 = traitsOfMagic(0xef53);
const PLACE = { neededNames: 0, freeBytes: 0, freeNames: null, canWrite: true, hasTrash: false };
const GIB = 2 ** 30;

function file(name: ByteName | string, size = 1, parent = 0) {
  const version = { size, mtimeSec: 0, mtimeNs: 0, ctimeSec: 0, ctimeNs: 0 };
  const bytes = fromText(name);
  return {
    kind: 'file',
    name: bytes,
    version,
    mode: 0o644,
    holeBytes: 0,
    group: 0,
    parent,
    number: 0,
    row: 0,
  } as const;
}

describe('a FAT stick', () => {
  test.each([
    [file('film', 4 * GIB), 'file-too-large'],
    [file('film', 4 * GIB - 1), null],
    [file('a:b'), 'name-not-possible'],
    [file('CON'), 'name-not-possible'],
    [file('con.txt'), 'name-not-possible'],
    [file('conman'), null],
    [file('end.'), 'name-not-possible'],
    [file('\u00e9'), null],
    [{ ...file('x'), name: '\xff' as ByteName }, 'name-not-possible'],
  ])('%j: %s', (entry, code) => {
    expect(new PreflightCheck(VFAT).refuse(entry)?.code ?? null).toBe(code);
    expect(new PreflightCheck(EXT4).refuse(entry)).toBeNull();
  });

  test('names that are one there are counted, folder by folder', () => {
    const check = new PreflightCheck({ ...VFAT, foldsUnicode: true });
    for (const name of ['A', 'a', 'b', 'cafe\u0301', 'caf\u00e9', '\u00df', 'SS']) check.refuse(file(name));
    check.refuse(file('B', 1, 1));
    expect(check.report(PLACE)).toMatchObject({ collisions: 3, badNames: 0 });
    const plain = new PreflightCheck(EXT4);
    for (const name of ['A', 'a']) plain.refuse(file(name));
    expect(plain.report(PLACE)).toMatchObject({ collisions: 0 });
  });
});

test('what is counted is what was seen', () => {
  const check = new PreflightCheck(VFAT);
  check.refuse(file('big', 5 * GIB));
  check.refuse(file('aux'));
  check.refuse({
    kind: 'link',
    name: fromText('l'),
    target: 'x',
    mtimeSec: 0,
    mtimeNs: 0,
    parent: 0,
    number: 0,
    row: 0,
  });
  check.noteProblem('special-file');
  check.noteProblem('unreadable');
  check.needs(7);
  expect(check.report(PLACE)).toEqual({
    ...PLACE,
    ...{ neededBytes: 7, fileSystem: 'vfat', maxFileBytes: 4 * GIB - 1 },
    ...{ links: 1, specials: 1, unreadable: 1, tooLarge: 1, badNames: 1, collisions: 0 },
  });
});

test('a name that is too long for what there is', () => {
  const check = new PreflightCheck({ ...EXT4, maxNameBytes: 143 });
  expect(check.refuse(file('n'.repeat(144)))?.code).toBe('name-too-long');
  expect(check.refuse(file('n'.repeat(143)))).toBeNull();
});

test.each(['a<b', 'a>b', 'a"b', 'a|b', 'a?b', 'a*b', 'a\\b', 'tab\t', 'x ', 'LPT9', 'COM\u00b9.txt', 'nul'])(
  'Windows refuses %j',
  (name) => {
    expect(isRefusedByWindows(name)).toBe(true);
  },
);
