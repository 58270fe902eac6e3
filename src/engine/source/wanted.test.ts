import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ByteName, fromText } from '../wire/byte-name.ts';
import { type Wanted, wantedOf } from './wanted.ts';

const path = (text: string) => text.split('/').map(fromText);

function isWanted(wanted: Wanted | null, names: readonly ByteName[]): boolean {
  let at: Wanted | null = wanted;
  for (const name of names) {
    if (at === null) return true;
    const below: Wanted | null | undefined = at.get(name);
    if (below === undefined) return false;
    at = below;
  }
  return true;
}

test('a path, the folders above it, and all that is below it', () => {
  const wanted = wantedOf([path('a/b/c'), path('d')]);
  for (const text of ['a', 'a/b', 'a/b/c', 'a/b/c/below', 'd', 'd/x/y']) {
    expect(isWanted(wanted, path(text)), text).toBe(true);
  }
  for (const text of ['b', 'a/c', 'a/b/x']) expect(isWanted(wanted, path(text)), text).toBe(false);
});

test('a folder that could not be read is wanted whole', () => {
  expect(isWanted(wantedOf([path('a/locked/*'), path('a/b')]), path('a/locked/anything'))).toBe(true);
});

test('whatever is asked for is listed, in any order, and nothing beside it', () => {
  const names = fc.array(fc.constantFrom('a', 'b', 'c').map(fromText), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 12 }), names, (paths, other) => {
      const wanted = wantedOf(paths);
      expect(paths.every((each) => isWanted(wanted, each))).toBe(true);
      const begins = (one: readonly string[], two: readonly string[]) =>
        one.every((name, at) => two[at] === name);
      const isExpected = paths.some((each) => begins(each, other) || begins(other, each));
      expect(isWanted(wanted, other)).toBe(isExpected);
    }),
  );
});
