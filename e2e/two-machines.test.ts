import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createBigFile } from '../tools/trees/big-file.ts';
import { Avahi } from './avahi.ts';
import { toRun, World } from './device.ts';
import { eventually } from './eventually.ts';
import { describeIfPossible } from './needs.ts';
import { createNamespaces } from './network-namespaces.ts';
import { createSample, expectSame } from './sample-tree.ts';

const CAPTURE = fileURLToPath(new URL('programs/capture.ts', import.meta.url));
const MB = 1_000_000;
/** A person is promised 3 s and 20 s; how long it took is printed, since a crowded machine may stand still for longer. */
const SEEN_MS = 30_000;
const GONE_MS = 60_000;

describeIfPossible(
  'two devices on a network of their own',
  () => {
    it('see each other with their addresses, and notice that one was killed', async () => {
      await using world = await World.create();
      await using network = await createNamespaces();
      const [one, two] = [network.host(0), network.host(1)];
      const anna = await world.serving('anna', [], { host: one });
      const watch = anna.start(['peers', '--watch', '--json']);
      const bob = await world.serving('bob', [], { host: two });
      const watchBack = bob.start(['peers', '--watch', '--json']);
      const servingMs = performance.now();
      const [seen] = await Promise.all([
        watch.waitFor({ kind: 'peer', name: 'bob', online: true }, SEEN_MS),
        watchBack.waitFor({ kind: 'peer', name: 'anna', online: true }, SEEN_MS),
      ]);
      const port = String(bob.port);
      expect(seen).toMatchObject({ paired: false, trust: 'none' });
      expect(seen['addresses']).toEqual([`${two.ipv4}:${port}`, `[${two.ipv6}]:${port}`]);
      expect(bob.ready['addresses']).toEqual(expect.arrayContaining([`${two.ipv4}:${port}`]));
      const seenMs = performance.now() - servingMs;
      await bob.served.stop('SIGKILL');
      const killedMs = performance.now();
      await watch.waitFor({ kind: 'peer', name: 'bob', online: false }, GONE_MS);
      const goneMs = performance.now() - killedMs;
      process.stderr.write(`seen after ${Math.round(seenMs)} ms, gone after ${Math.round(goneMs)} ms\n`);
    });

    it('pair by name, send by name, and find a sender by its code alone', async () => {
      await using world = await World.create();
      await using network = await createNamespaces();
      const [anna, bob] = [
        await world.serving('anna', [], { host: network.host(0) }),
        await world.serving('bob', ['--accept', 'paired'], { host: network.host(1) }),
      ];
      await eventually('anna sees bob', async () =>
        (await anna.run(['peers'])).lines.some((peer) => peer['name'] === 'bob'),
      );
      const waiting = bob.start(['pair', '--json'], { input: 'yes\n' });
      await eventually(
        'pairing',
        async () => (await anna.run(['pair', 'bob'], { input: 'yes\n' })).code === 0,
      );
      expect((await toRun(waiting)).code).toBe(0);
      const tree = await createSample(world.path('tree'));
      expect((await anna.run(['send', tree, '--to', 'bob'])).code).toBe(0);
      await expectSame(tree, join(bob.inbox, 'tree'));

      const carl = await world.device('carl', { host: network.host(1) });
      const dora = await world.device('dora', { host: network.host(0) });
      const send = dora.start(['send', tree, '--json']);
      const code = String((await send.waitFor({ kind: 'waiting' }))['code']);
      expect(await carl.run(['receive', world.path('in')], { code })).toMatchObject({ code: 0 });
      await expectSame(tree, world.path('in', 'tree'));
      expect((await toRun(send)).code).toBe(0);
    });

    it('copy also where the destination cannot dial the source: then the source dials', async () => {
      await using world = await World.create();
      await using network = await createNamespaces();
      const bob = await world.serving('bob', ['--accept', 'paired'], { host: network.host(1) });
      // Nobody but its own machine reaches anna's port.
      const anna = await world.serving('anna', ['--listen', '127.0.0.1'], { host: network.host(0) });
      await anna.pairWith(bob);
      const tree = await createSample(world.path('tree'));
      createBigFile(world.path('tree', 'big'), 9 * MB);
      const run = await anna.run(['send', tree, '--to', 'bob', '--streams', '2']);
      expect(run).toMatchObject({ code: 0, result: { state: 'done', verified: true } });
      await expectSame(tree, join(bob.inbox, 'tree'));
    });

    it('put neither user nor host name on the network, as avahi and a witness see it', async () => {
      await using world = await World.create();
      await using network = await createNamespaces();
      const avahi = await Avahi.start(network.host(1));
      try {
        const witness = network.host(1).startNode(CAPTURE, [network.host(1).ipv4]);
        await witness.waitFor({ kind: 'ready' });
        const anna = await world.device('anna', { host: network.host(0) });
        // The name it gives itself.
        const serve = anna.start(['serve', '--json', '--port', '0', '--inbox', anna.inbox]);
        const { device, port } = (await serve.waitFor({ kind: 'ready' })) as {
          readonly device?: { readonly id: string; readonly name: string };
          readonly port?: number;
        };
        const [service] = await eventually('avahi sees it', async () => {
          const found = await avahi.browse('_ferry._tcp');
          return found.length > 0 ? found : null;
        });
        expect(service).toMatchObject({ address: network.host(0).ipv4, port });
        expect(service?.txt).toContain(`"n=${device?.name}"`);
        const packets = witness.objects.filter((object) => object['kind'] === 'packet');
        const said = Buffer.concat(packets.map((packet) => Buffer.from(String(packet['base64']), 'base64')));
        expect(said.includes(String(device?.name))).toBe(true);
        const { username, homedir } = userInfo();
        for (const secret of [username, homedir, hostname(), hostname().split('.')[0] ?? ''].filter(
          Boolean,
        )) {
          for (const shown of [said.toString('latin1'), String(device?.name), JSON.stringify(service)]) {
            expect(shown.toLowerCase()).not.toContain(secret.toLowerCase());
          }
        }
      } finally {
        await avahi.close();
      }
    });
  },
  { concurrent: true },
);

describeIfPossible('a copy over a slow link', () => {
  it('comes out whole over a link of 1 Gbit/s', async () => {
    await using world = await World.create();
    await using network = await createNamespaces({ rate: '1gbit' });
    const bob = await world.serving('bob', ['--accept', 'paired'], { host: network.host(1) });
    const anna = await world.device('anna', { host: network.host(0) });
    await anna.pairWith(bob);
    const file = world.path('file');
    createBigFile(file, 150 * MB);
    const run = await anna.run(['send', file, '--to', 'bob']);
    expect(run.code).toBe(0);
    await expectSame(file, join(bob.inbox, 'file'));
  });
});
