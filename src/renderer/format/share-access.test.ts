import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeDeviceId, fakePeer } from '../../bridge/testing/fake-values.ts';
import { ACCESSES, FIRST_RIGHTS, lettingOf, openTo, ownPeers, rightsOf } from './share-access.ts';

const [A, B, C] = [fakeDeviceId('a'), fakeDeviceId('b'), fakeDeviceId('c')];
const OWN = [A, B, C];

test('a new shared folder can be read by all of one’s own devices, and written by none', () => {
  expect(lettingOf(FIRST_RIGHTS)).toEqual({ readers: 'mine', writers: 'none' });
  expect(openTo(FIRST_RIGHTS, OWN)).toBe(3);
});

test('what is set is what is shown again, and nobody writes who cannot read', () => {
  const access = fc.constantFrom(...ACCESSES);
  fc.assert(
    fc.property(access, access, access, (a, b, c) => {
      const letting = lettingOf({ who: 'some', all: 'read', each: { [A]: a, [B]: b, [C]: c } });
      const readers = letting.readers === 'mine' ? OWN : letting.readers;
      const writers = Array.isArray(letting.writers) ? letting.writers : [];
      for (const id of writers) expect(readers).toContain(id);
      const again = rightsOf({ readers: readers as never, writers: letting.writers as never }, OWN);
      for (const [id, wanted] of [
        [A, a],
        [B, b],
        [C, c],
      ] as const) {
        expect(again.each[id] ?? 'none').toBe(wanted);
      }
      expect(openTo(again, OWN)).toBe([a, b, c].filter((each) => each !== 'none').length);
    }),
  );
});

test('all may read, some may write', () => {
  expect(rightsOf({ readers: 'mine', writers: [B] }, OWN).each).toEqual({
    [A]: 'read',
    [B]: 'write',
    [C]: 'read',
  });
  expect(rightsOf({ readers: 'mine', writers: 'mine' }, OWN)).toMatchObject({ who: 'mine', all: 'write' });
});

test('only devices that are trusted as one’s own are offered', () => {
  const peers = {
    a: fakePeer({ shortId: 'a', trust: 'mine' }),
    b: fakePeer({ shortId: 'b', trust: 'other' }),
    c: fakePeer({ shortId: 'c', trust: 'mine', paired: false }),
  };
  expect(ownPeers(peers).map(({ shortId }) => shortId)).toEqual(['a']);
});
