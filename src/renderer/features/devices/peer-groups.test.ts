import { expect, test } from 'vitest';
import { fakePeer } from '../../../bridge/testing/fake-values.ts';
import { groupPeers, MANY_PEERS } from './peer-groups.ts';

function peers(count: number) {
  return Array.from({ length: count }, (_, index) =>
    fakePeer({
      shortId: `id${index}`,
      name: `Device ${index}`,
      paired: index % 2 === 0,
      addresses: [`192.168.7.${index}:3120`],
    }),
  );
}

test('few devices are one list, whatever is typed', () => {
  const few = peers(MANY_PEERS - 1);
  expect(groupPeers(few, 'nobody')).toEqual([{ kind: 'all', peers: few }]);
});

test('many are parted into paired and others, and found by name or address', () => {
  const many = peers(40);
  const [paired, others] = groupPeers(many, '');
  expect([paired?.kind, others?.kind]).toEqual(['paired', 'others']);
  expect((paired?.peers.length ?? 0) + (others?.peers.length ?? 0)).toBe(40);
  expect(groupPeers(many, ' DEVICE 31 ').map(({ peers: found }) => found.map(({ name }) => name))).toEqual([
    ['Device 31'],
  ]);
  expect(groupPeers(many, '192.168.7.8:').flatMap(({ peers: found }) => found)).toHaveLength(1);
  expect(groupPeers(many, 'nobody')).toEqual([]);
});
