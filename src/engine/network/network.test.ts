import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kindByName, parseHardwarePorts, readInterfaceFacts } from './interface-kind.ts';
import { parseArpText, parseProcArp, parseProcRoutes, parseRouteText } from './neighbours.ts';
import { isOnLink, listOwnInterfaces, neighbourOf } from './own-interfaces.ts';

test.each([
  ['lo', 'loopback'],
  ['Loopback Pseudo-Interface 1', 'loopback'],
  ['eth0', 'cable'],
  ['enp3s0', 'cable'],
  ['Ethernet 2', 'cable'],
  ['vEthernet (WSL)', 'other'],
  ['wlp2s0', 'wifi'],
  ['Wi-Fi', 'wifi'],
  ['WLAN', 'wifi'],
  ['wg0', 'vpn'],
  ['utun4', 'vpn'],
  ['Tailscale', 'vpn'],
  ['docker0', 'other'],
  ['br-0123456789ab', 'other'],
  ['constructor', 'other'],
])('%s looks like %s', (name, kind) => {
  expect(kindByName(name)).toBe(kind);
});

test('hardware ports of macOS', () => {
  const text = `
Hardware Port: Ethernet Adapter (en4)
Device: en4
Ethernet Address: 00:00:5e:00:53:01

Hardware Port: Wi-Fi
Device: en0
Ethernet Address: 00:00:5e:00:53:02

Hardware Port: Thunderbolt Bridge
Device: bridge0
Ethernet Address: 00:00:5e:00:53:03

VLAN Configurations
===================
`;
  expect([...parseHardwarePorts(text)]).toEqual([
    ['en4', 'cable'],
    ['en0', 'wifi'],
  ]);
});

test.runIf(process.platform === 'linux')('what the kernel tells of interfaces', async () => {
  const root = await mkdtemp(join(tmpdir(), 'ferry-net-'));
  const link = async (name: string, files: Readonly<Record<string, string | null>>) => {
    await mkdir(join(root, name));
    for (const [file, content] of Object.entries(files)) {
      if (content === null) await mkdir(join(root, name, file));
      else await writeFile(join(root, name, file), `${content}\n`);
    }
  };
  try {
    await link('eth0', { type: '1', device: null, speed: '1000', flags: '0x1003' });
    await link('wl0', { type: '1', device: null, phy80211: null, speed: '-1', flags: '0x1003' });
    await link('lo', { type: '772', flags: '0x9' });
    await link('tunnel', { type: '65534', tun_flags: '0x1001', flags: '0x1091' });
    await link('home', { type: '65534', uevent: 'DEVTYPE=wireguard', flags: '0x91' });
    await link('br0', { type: '1', flags: '0x1003' });
    await symlink('../eth0', join(root, 'br0', 'lower_eth0'));
    await link('eth1', { type: '1', flags: '0x3', speed: '10000' });
    const facts = await readInterfaceFacts(
      ['eth0', 'wl0', 'lo', 'tunnel', 'home', 'br0', 'eth1', 'wg9'],
      root,
    );
    const told = [...facts].map(([name, one]) => [name, one.kind, one.megabitsPerSecond, one.hasMulticast]);
    expect(told).toEqual([
      ['eth0', 'cable', 1000, true],
      ['wl0', 'wifi', null, true],
      ['lo', 'loopback', null, false],
      ['tunnel', 'vpn', null, true],
      ['home', 'vpn', null, false],
      ['br0', 'cable', null, true],
      // One half of a pair inside this machine, called like a card.
      ['eth1', 'other', 10_000, false],
      // Gone meanwhile: its name has to do.
      ['wg9', 'vpn', null, null],
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
});

test('gateways and neighbours, as three systems print them', () => {
  expect(
    parseProcRoutes(
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n' +
        'eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n' +
        'tun0\t00000000\t00000000\t0001\t0\t0\t50\t00000000\t0\t0\t0\n' +
        'eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n',
    ),
  ).toEqual(['192.168.1.1']);
  expect(
    parseRouteText(
      '   route to: default\ndestination: default\n    gateway: 192.168.1.1\n  interface: en0\n',
    ),
  ).toEqual(['192.168.1.1']);
  expect(
    parseRouteText(
      'Aktive Routen:\r\n          0.0.0.0          0.0.0.0      192.168.1.1    192.168.1.23     25\r\n',
    ),
  ).toEqual(['192.168.1.1']);
  expect([
    ...parseProcArp(
      'IP address       HW type     Flags       HW address            Mask     Device\n' +
        '192.168.1.1      0x1         0x2         00:00:5e:00:53:01     *        eth0\n' +
        '192.168.1.7      0x1         0x0         00:00:00:00:00:00     *        eth0\n',
    ),
  ]).toEqual(['192.168.1.1']);
  expect([
    ...parseArpText(
      '? (192.168.1.1) at 0:0:5e:0:53:1 on en0 ifscope [ethernet]\n? (192.168.1.7) at (incomplete) on en0 ifscope [ethernet]\n',
    ),
  ]).toEqual(['192.168.1.1']);
  expect([...parseArpText('  192.168.1.1           00-00-5e-00-53-01     dynamisch\r\n')]).toEqual([
    '192.168.1.1',
  ]);
});

test('a neighbour is another usable address of the same network', () => {
  const of = (address: string, prefixLength: number) => neighbourOf({ address, prefixLength });
  expect(of('192.168.1.2', 24)).toBe('192.168.1.1');
  expect(of('192.168.1.1', 24)).not.toBe('192.168.1.1');
  expect(of('192.168.1.255', 16)).toMatch(/^192\.168\.1\.25[34]$/);
  expect(of('10.0.0.5', 30)).toBe('10.0.0.6');
  expect(of('10.9.0.2', 32)).toBe(null);
  expect(of('fd00::2', 64)).toBe(null);
});

test('on link is by subnet and scope', () => {
  const [own] = listOwnInterfaces({
    eth0: [
      {
        address: '192.168.1.2',
        cidr: '192.168.1.2/24',
        family: 'IPv4',
        internal: false,
        mac: '',
        netmask: '',
      },
      {
        address: 'fe80::2',
        cidr: 'fe80::2/64',
        family: 'IPv6',
        internal: false,
        mac: '',
        netmask: '',
        scopeid: 2,
      },
    ],
  });
  if (own === undefined) throw new Error('no interface');
  expect(isOnLink(own, '192.168.1.77')).toBe(true);
  expect(isOnLink(own, '192.168.2.77')).toBe(false);
  expect(isOnLink(own, 'fe80::7%eth0')).toBe(true);
  expect(isOnLink(own, 'fe80::7%eth1')).toBe(false);
  expect(isOnLink(own, 'name')).toBe(false);
});
