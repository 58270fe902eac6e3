import { expect, test } from 'vitest';
import { factsByName, type InterfaceFacts } from '../network/interface-kind.ts';
import { checkAddresses, checkInterfaces } from './check-interfaces.ts';
import { checkVpn } from './check-vpn.ts';
import type { NetworkNow } from './doctor-parts.ts';

/** Interfaces from `name address/prefix ...`; their facts are those of their names. */
function network(lines: readonly string[], facts: Record<string, Partial<InterfaceFacts>> = {}): NetworkNow {
  const interfaces = ['lo 127.0.0.1/8 ::1/128', ...lines].map((line) => {
    const [name = '', ...cidrs] = line.split(' ');
    const addresses = cidrs.map((cidr) => {
      const [address = '', prefix] = cidr.split('/');
      return { address, prefixLength: Number(prefix) };
    });
    return { name, isLoopback: name === 'lo', addresses };
  });
  return {
    interfaces,
    facts: new Map(interfaces.map(({ name }) => [name, { ...factsByName(name), ...facts[name] }])),
  };
}

test('interfaces', () => {
  expect(checkInterfaces(network([]))).toEqual({ finding: 'none' });
  expect(checkInterfaces(network(['eth0 192.168.1.2/24']))).toEqual({ finding: 'up', subjects: ['eth0'] });
  expect(checkInterfaces(network(['docker0 172.17.0.1/16']))).toEqual({
    finding: 'only-virtual',
    subjects: ['docker0'],
  });
  expect(checkInterfaces(network(['wg0 10.9.0.2/32', 'docker0 172.17.0.1/16']))).toEqual({
    finding: 'only-virtual',
    subjects: ['wg0'],
  });
  const slow = network(['eth0 192.168.1.2/24'], { eth0: { megabitsPerSecond: 100 } });
  expect(checkInterfaces(slow)).toEqual({ finding: 'slow-link', subjects: ['eth0', '100'] });
});

test('addresses', () => {
  expect(checkAddresses(network([]))).toEqual({ finding: 'none' });
  expect(checkAddresses(network(['eth0 192.168.1.2/24 fe80::1/64 fd00::2/64']))).toEqual({
    finding: 'usable',
    subjects: ['192.168.1.2', 'fd00::2'],
  });
  expect(checkAddresses(network(['eth0 169.254.7.7/16 fe80::1/64'])).finding).toBe('self-assigned');
  expect(checkAddresses(network(['eth0 fd00::2/64'])).finding).toBe('no-ipv4');
  expect(checkAddresses(network(['eth0 192.168.1.2/24', 'wlan0 192.168.1.3/24'])).finding).toBe('usable');
  expect(checkAddresses(network(['eth0 192.168.1.2/24', 'docker0 172.17.0.1/16'])).finding).toBe('usable');
  expect(checkAddresses(network(['eth0 192.168.1.2/24', 'wlan0 192.168.2.3/24']))).toEqual({
    finding: 'several-networks',
    subjects: ['192.168.1.2', '192.168.2.3'],
  });
});

test('a VPN that is off, aside, takes all, or takes the local network', async () => {
  const find = async (lines: readonly string[], sources: Record<string, string>) =>
    await checkVpn({ network: network(lines) }, async (host) => sources[host] ?? '192.168.1.2');
  const lan = 'eth0 192.168.1.2/24';
  const vpn = 'wg0 10.9.0.2/32';
  expect(await find([lan, 'utun3 fe80::1/64'], {})).toEqual({ finding: 'none' });
  expect(await find([lan, vpn], {})).toEqual({ finding: 'aside', subjects: ['wg0'] });
  expect(await find([lan, vpn], { '203.0.113.1': '10.9.0.2' })).toEqual({
    finding: 'takes-all',
    subjects: ['wg0'],
  });
  // The neighbour of .2 that is asked for is .1.
  expect(await find([lan, vpn], { '203.0.113.1': '10.9.0.2', '192.168.1.1': '10.9.0.2' })).toEqual({
    finding: 'takes-local',
    subjects: ['wg0', 'eth0'],
  });
});
