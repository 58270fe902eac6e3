import { expect, test } from 'vitest';
import { linksOfArguments, pathsOfArguments, readSecondStart } from './opened-paths.ts';

test('arguments that are no flags are paths, relative ones from where it was started', () => {
  const args = ['--hidden', 'photos', '/a/b.txt', '--no-sandbox', './c', 'photos'];
  expect(pathsOfArguments(args, '/srv')).toEqual(['/srv/photos', '/a/b.txt', '/srv/c']);
});

test('after two dashes everything is a path', () => {
  expect(pathsOfArguments(['--', '--hidden', '-x'], '/w')).toEqual(['/w/--hidden', '/w/-x']);
});

test('addresses of files become paths, other ones are left out', () => {
  const args = ['file:///tmp/a%20b.txt', 'file://server/share/x', 'file:///tmp/%00', ''];
  expect(pathsOfArguments(args, '/w')).toEqual(['/tmp/a b.txt']);
});

test('a second start may say anything, and only paths are read from it', () => {
  expect(readSecondStart({ paths: ['/a', 3, null, '', '/b'] })).toEqual({
    ...{ paths: ['/a', '/b'], links: [] },
  });
  for (const odd of [null, undefined, 3, 'x', [], { paths: 'x' }, { path: ['/a'] }]) {
    expect(readSecondStart(odd)).toEqual({ paths: [], links: [] });
  }
});

test('links of ours are no paths, and paths are no links', () => {
  const args = ['--hidden', 'ferry:add?address=a:1', 'Ferry://join?x', 'ferry.txt', '--', 'ferry:b'];
  expect(linksOfArguments(args)).toEqual(['ferry:add?address=a:1', 'Ferry://join?x']);
  expect(pathsOfArguments(args.slice(0, 4), '/w')).toEqual(['/w/ferry.txt']);
  expect(readSecondStart({ paths: [], links: ['ferry:a', 7] })).toEqual({ paths: [], links: ['ferry:a'] });
});
