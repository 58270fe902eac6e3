import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CopyPlace } from '../../shared/browse.ts';
import { childOf, crumbsOf, isFolderPlace, isWithin, parentOf, placeKey, topOf } from './places.ts';

const names = fc.stringMatching(/^[^/\\\0]{1,12}$/).filter((name) => name !== '.' && name !== '..');
const tops = fc.constantFrom<CopyPlace>(
  topOf(null),
  topOf('nas'),
  { peer: 'nas', share: 'Media', path: '' },
  { peer: null, share: 'inbox', path: '2026' },
  { peer: null, share: null, path: '/' },
  { peer: null, share: null, path: '/srv/ada' },
  { peer: null, share: null, path: 'C:\\' },
  { peer: null, share: null, path: 'C:\\Users' },
);

test('what is above a thing is the folder it is in', () => {
  fc.assert(
    fc.property(tops, fc.array(names, { minLength: 1, maxLength: 4 }), (top, path) => {
      let place = top;
      for (const name of path) {
        const child = childOf(place, name);
        expect(parentOf(child)).toEqual(place);
        expect(crumbsOf(child).at(-1)?.name).toBe(name);
        expect(isWithin(child, top)).toBe(true);
        expect(isWithin(top, child)).toBe(false);
        place = child;
      }
      expect(crumbsOf(place).map((crumb) => placeKey(crumb.place))).toContain(placeKey(top));
    }),
  );
});

test.each([topOf(null), topOf('nas'), { peer: null, share: null, path: '/' }])('%j is a top', (place) => {
  expect(parentOf(place)).toBeNull();
});

test('drives and roots keep their own writing', () => {
  const drive = { peer: null, share: null, path: 'C:\\Users\\ada' };
  expect(crumbsOf(drive).map(({ place }) => place.path)).toEqual(['C:\\', 'C:\\Users', 'C:\\Users\\ada']);
  expect(childOf(drive, 'x').path).toBe('C:\\Users\\ada\\x');
  expect(childOf({ peer: null, share: null, path: '/' }, 'srv').path).toBe('/srv');
});

test('lists of shares and of roots hold nothing else', () => {
  expect(isFolderPlace(topOf('nas'))).toBe(false);
  expect(isFolderPlace(topOf(null))).toBe(false);
  expect(isFolderPlace({ peer: 'nas', share: 'Media', path: '' })).toBe(true);
  expect(isFolderPlace({ peer: null, share: null, path: '/' })).toBe(true);
});
