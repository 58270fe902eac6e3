import { expect, test } from 'vitest';
import { settleTarget } from './copy-target.ts';

test.each([
  ['a folder that is there is copied into', 'b', 'folder', 1, true],
  ['what is not there is the new name', 'b', 'nothing', 1, false],
  ['a file that is there is the name, and clashes', 'b', 'other', 1, false],
  ['a slash means a folder, there or not', 'b/', 'nothing', 1, true],
  ['the root of a share is a folder', '', 'folder', 3, true],
  ['several go into a folder', 'b', 'folder', 2, true],
] as const)('%s', (_, path, at, sources, isInto) => {
  expect(settleTarget(path, at, sources)).toEqual({ isInto });
});

test.each([
  ['several sources cannot have one name', 'b', 'nothing', 2],
  ['a file is no folder', 'b/', 'other', 1],
] as const)('%s', (_, path, at, sources) => {
  expect(() => settleTarget(path, at, sources)).toThrow('destination-not-folder');
});
