import { expect, it } from 'vitest';
import { type Device, type Line, World } from './device.ts';
import { eventually } from './eventually.ts';
import { describeIfPossible } from './needs.ts';
import { createNamespaces, type Namespace } from './network-namespaces.ts';

/** The line of one check. */
async function examine(
  device: Device,
  check: string,
  target: readonly string[] = [],
): Promise<Line & { code: number }> {
  const { lines, code, stderr } = await device.run(['doctor', ...target]);
  const line = lines.find((one) => one['check'] === check);
  if (line === undefined) throw new Error(`no ${check}: ${JSON.stringify(lines)} ${stderr}`);
  return { ...line, reason: line['reason'], code: Number(code), failure: line['code'] };
}

async function seen(device: Device, name: string): Promise<void> {
  await eventually(`${device.name} sees ${name}`, async () =>
    (await device.run(['peers'])).lines.some((peer) => peer['name'] === name && peer['online'] === true),
  );
}

/** From now on `other` answers no packet meant for it alone, as where an access point keeps its clients apart. */
async function isolate(other: Namespace): Promise<void> {
  await other.run('ip', ['link', 'set', 'lan0', 'arp', 'off']);
}

async function forgetNeighbours(host: Namespace): Promise<void> {
  await host.run('ip', ['neigh', 'flush', 'all']);
}

describeIfPossible(
  'doctor on a network of its own',
  () => {
    it('finds nothing bad between two devices that see each other, with and without a running Ferry', async () => {
      await using world = await World.create();
      await using network = await createNamespaces();
      const anna = await world.serving('anna', [], { host: network.host(0) });
      const bob = await world.serving('bob', [], { host: network.host(1) });
      await seen(anna, 'bob');
      const run = await anna.run(['doctor', 'bob']);
      expect(run.lines.filter((line) => line['state'] === 'bad')).toEqual([]);
      expect(run.code).toBe(0);
      const found = Object.fromEntries(run.lines.map((line) => [line['check'], line['finding']]));
      expect(found).toMatchObject({
        interfaces: 'up',
        addresses: 'usable',
        multicast: 'answered',
        port: 'reachable',
        vpn: 'none',
        'client-isolation': 'none',
        clock: 'plausible',
      });
      expect(['reached', 'linked']).toContain(found['peer']);

      const carl = await world.device('carl', { host: network.host(0) });
      expect(await examine(carl, 'peer', [bob.address])).toMatchObject({ finding: 'reached', code: 0 });
      expect(await examine(carl, 'peer', ['bob'])).toMatchObject({ finding: 'reached', code: 0 });
    });

    it('names multicast that is switched off, a network that is gone, and a peer that is', async () => {
      await using world = await World.create();
      await using network = await createNamespaces();
      const host = network.host(0);
      const anna = await world.serving('anna', [], { host });
      await host.run('ip', ['link', 'set', 'lan0', 'multicast', 'off']);
      expect(await examine(anna, 'multicast')).toMatchObject({
        state: 'bad',
        finding: 'switched-off',
        subjects: ['lan0'],
        code: 1,
      });
      await host.run('ip', ['link', 'set', 'lan0', 'multicast', 'on']);
      expect(await examine(anna, 'multicast')).toMatchObject({ state: 'ok', code: 0 });
      expect(await examine(anna, 'peer', [`${network.host(1).ipv4}:9`])).toMatchObject({
        finding: 'refused',
        code: 4,
        reason: 'ECONNREFUSED',
      });
      expect(await examine(anna, 'peer', ['nobody'])).toMatchObject({ finding: 'unknown', code: 4 });
      await host.setLink('down');
      expect(await examine(anna, 'interfaces')).toMatchObject({ finding: 'none', code: 1 });
    });

    it('names a VPN that takes the local network', async () => {
      await using world = await World.create();
      await using network = await createNamespaces();
      const host = network.host(0);
      const anna = await world.serving('anna', [], { host });
      // A tunnel that no program holds open is not up; a pair with its name is.
      await host.run('ip', ['link', 'add', 'tun7', 'type', 'veth', 'peer', 'name', 'far7']);
      await host.run('ip', ['link', 'set', 'far7', 'up']);
      await host.run('ip', ['addr', 'add', '203.0.113.77/32', 'dev', 'tun7']);
      await host.run('ip', ['link', 'set', 'tun7', 'up']);
      expect(await examine(anna, 'vpn')).toMatchObject({ finding: 'aside', subjects: ['tun7'] });
      await host.run('ip', ['route', 'add', 'default', 'dev', 'tun7']);
      expect(await examine(anna, 'vpn')).toMatchObject({ state: 'warning', finding: 'takes-all' });
      await host.run('ip', ['route', 'add', '198.51.100.0/25', 'dev', 'tun7']);
      expect(await examine(anna, 'vpn')).toMatchObject({
        state: 'bad',
        finding: 'takes-local',
        subjects: ['tun7', 'lan0'],
      });
    });

    it('tells devices that are kept apart from a network that is down', async () => {
      await using world = await World.create();
      await using network = await createNamespaces({ count: 3 });
      const [one, two, router] = [network.host(0), network.host(1), network.host(2)];
      const anna = await world.serving('anna', ['--listen', one.ipv4], { host: one });
      await isolate(two);
      await one.run('ip', ['-6', 'addr', 'flush', 'dev', 'lan0']);
      await two.run('ip', ['-6', 'addr', 'flush', 'dev', 'lan0']);
      await world.serving('bob', [], { host: two });
      await eventually('anna hears bob', async () =>
        (await anna.run(['peers'])).lines.some((peer) => peer['name'] === 'bob'),
      );
      await forgetNeighbours(one);
      expect(await examine(anna, 'client-isolation')).toMatchObject({
        state: 'warning',
        finding: 'peers-silent',
      });
      await one.run('ip', ['route', 'add', 'default', 'via', router.ipv4]);
      const isolated = await examine(anna, 'client-isolation', ['bob']);
      expect(isolated).toMatchObject({ state: 'bad', finding: 'isolated', code: 4 });
      expect(String(isolated['message'])).toContain('bob (');
    });
  },
  { concurrent: true },
);

describeIfPossible(
  'doctor behind a firewall',
  () => {
    it('names the rule that drops what others send, and what is sent to them', async () => {
      await using world = await World.create();
      await using network = await createNamespaces();
      const host = network.host(0);
      const nft = async (...words: readonly string[]) => void (await host.run('nft', [words.join(' ')]));
      const anna = await world.serving('anna', [], { host });
      await nft('add table inet home');
      await nft('add chain inet home in { type filter hook input priority 0; policy accept; }');
      await nft('add chain inet home out { type filter hook output priority 0; policy accept; }');
      expect(await examine(anna, 'firewall')).toMatchObject({ state: 'ok', finding: 'open' });

      await nft('add rule inet home in udp dport 5353 drop');
      expect(await examine(anna, 'multicast')).toMatchObject({ state: 'bad', finding: 'not-heard', code: 1 });
      const dropped = await examine(anna, 'firewall');
      expect(dropped).toMatchObject({ state: 'bad', finding: 'drops-multicast' });
      // What it says to run does help.
      const command = /`sudo ([^`]+)`/.exec(String(dropped['action']))?.[1] ?? '';
      await host.run('sh', ['-c', command]);
      expect(await examine(anna, 'multicast')).toMatchObject({ state: 'ok' });

      await nft('flush chain inet home in');
      await nft('add rule inet home out udp dport 5353 drop');
      expect(await examine(anna, 'multicast')).toMatchObject({ finding: 'not-permitted', reason: 'EPERM' });
      expect(await examine(anna, 'firewall')).toMatchObject({ finding: 'drops-multicast' });

      await nft(`add rule inet home in ip saddr ${network.host(1).ipv4}/24 meta l4proto tcp drop`);
      expect(await examine(anna, 'firewall')).toMatchObject({ finding: 'drops-both' });
    });

    it('names a peer whose firewall drops the connection', async () => {
      await using world = await World.create();
      await using network = await createNamespaces();
      const [one, two] = [network.host(0), network.host(1)];
      const anna = await world.serving('anna', [], { host: one });
      await two.run('nft', [
        'add table inet home; add chain inet home in { type filter hook input priority 0; }; add rule inet home in meta l4proto tcp drop',
      ]);
      const bob = await world.serving('bob', [], { host: two });
      await eventually('anna hears bob', async () =>
        (await anna.run(['peers'])).lines.some((peer) => peer['name'] === 'bob'),
      );
      const run = await anna.run(['doctor', 'bob']);
      expect(run.code).toBe(4);
      expect(run.lines.find((line) => line['check'] === 'client-isolation')).toMatchObject({
        state: 'warning',
        finding: 'peer-firewall',
      });
      expect(run.lines.find((line) => line['check'] === 'peer')).toMatchObject({
        finding: 'silent',
        code: 'unreachable',
        subjects: ['bob', expect.stringContaining(bob.address)],
      });
    });
  },
  { concurrent: true },
);
