import { expect, test } from 'vitest';
import { factsByName } from './interface-kind.ts';
import type { OwnInterface } from './own-interfaces.ts';
import { NetworkPaths, type PathParts } from './path-to.ts';
import { FAR_IPV4, sourceAddressFor } from './source-address.ts';

const INTERFACES: readonly OwnInterface[] = [
  {
    name: 'lo',
    isLoopback: true,
    addresses: [
      { address: '127.0.0.1', prefixLength: 8 },
      { address: '::1', prefixLength: 128 },
    ],
  },
  { name: 'eth0', isLoopback: false, addresses: [{ address: '192.168.1.2', prefixLength: 24 }] },
  { name: 'wg0', isLoopback: false, addresses: [{ address: '10.9.0.2', prefixLength: 32 }] },
];

function paths(change: Partial<PathParts> = {}): NetworkPaths {
  return new NetworkPaths({
    listInterfaces: () => INTERFACES,
    readFacts: async (names) =>
      new Map(names.map((name) => [name, { ...factsByName(name), megabitsPerSecond: 1000 }])),
    readMetered: async () => new Set(['wlan0']),
    sourceAddressFor: async (host) => (host === FAR_IPV4 ? '10.9.0.2' : null),
    nowMs: () => 0,
    ...change,
  });
}

test('by subnet, by default route, inside the machine, or not at all', async () => {
  const network = paths();
  await network.refresh();
  expect(network.pathTo('192.168.1.7:3120')).toEqual({
    kind: 'cable',
    interface: 'eth0',
    megabitsPerSecond: 1000,
    caution: null,
    address: '192.168.1.7:3120',
  });
  expect(network.pathTo('172.16.0.1:3120')).toMatchObject({ kind: 'vpn', interface: 'wg0', caution: 'vpn' });
  expect(network.pathTo('127.0.0.1:9')).toMatchObject({
    kind: 'loopback',
    interface: 'lo',
    megabitsPerSecond: null,
  });
  expect(network.pathTo('192.168.1.2:9')).toMatchObject({ kind: 'loopback' });
  expect(network.pathTo('[::1]:9')).toMatchObject({ kind: 'loopback' });
  expect(network.pathTo('[2001:db8::1]:9')).toBe(null);
  expect(network.pathTo('desk.local:9')).toBe(null);
});

test('says why a person is asked before much goes that way', async () => {
  const wifi = { name: 'wlan0', isLoopback: false, addresses: [{ address: '10.0.0.9', prefixLength: 24 }] };
  const network = paths({
    listInterfaces: () => [...INTERFACES.slice(0, 2), wifi],
    sourceAddressFor: async (host) => (host === FAR_IPV4 ? '192.168.1.2' : null),
  });
  await network.refresh();
  const cautionTo = (address: string) => network.pathTo(address)?.caution;
  expect(cautionTo('10.0.0.7:1')).toBe('metered');
  expect(cautionTo('192.168.1.7:1')).toBe(null);
  // Another house of the same person, behind a router of theirs, or the internet.
  expect(cautionTo('172.20.0.7:1')).toBe(null);
  expect(cautionTo('9.9.9.9:1')).toBe('internet');
  expect(cautionTo('127.0.0.1:1')).toBe(null);
});

test('answers from the name before anything was read, and reads anew when that is old', async () => {
  let nowMs = 0;
  let reads = 0;
  const network = paths({
    nowMs: () => nowMs,
    readFacts: async () => {
      reads += 1;
      return new Map([['eth0', { ...factsByName('eth0'), megabitsPerSecond: reads }]]);
    },
  });
  expect(network.pathTo('192.168.1.7:1')).toMatchObject({ kind: 'cable', megabitsPerSecond: null });
  await network.refresh();
  expect(network.pathTo('192.168.1.7:1')).toMatchObject({ megabitsPerSecond: 1 });
  expect(reads).toBe(1);
  nowMs = 60_000;
  expect(network.pathTo('192.168.1.7:1')).toMatchObject({ megabitsPerSecond: 1 });
  await network.refresh();
  expect(network.pathTo('192.168.1.7:1')).toMatchObject({ megabitsPerSecond: 2 });
});

test('the system says from where it would send', async () => {
  expect(await sourceAddressFor('127.0.0.1')).toBe('127.0.0.1');
});
