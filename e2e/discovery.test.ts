import { hostname, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Avahi } from './avahi.ts';
import { describeIfPossible } from './needs.ts';
import { createNamespaces, type Namespace } from './network-namespaces.ts';
import type { Program } from './program.ts';

const ANNOUNCE = fileURLToPath(new URL('programs/announce.ts', import.meta.url));
const CAPTURE = fileURLToPath(new URL('programs/capture.ts', import.meta.url));
/** A person is promised 3 s; how long it took is printed, since a crowded machine may stand still for longer. */
const SEEN_WITHIN_MS = 30_000;
const START_MS = 60_000;
const BOAT = 'BOAT'.padEnd(20, '0');
const TRAIN = 'TRAIN'.padEnd(20, '0');

/** Starts a device and waits until it runs; a plain Node takes a moment that is not discovery's. */
async function announce(host: Namespace, ...args: readonly string[]): Promise<Program> {
  const program = host.startNode(ANNOUNCE, args);
  await program.waitFor({ kind: 'ready' }, START_MS);
  return program;
}

/** Strings that must not be on the network: who uses this machine, and what it is called. */
function secrets(): readonly string[] {
  const { username, homedir } = userInfo();
  const environment = ['USER', 'LOGNAME', 'HOSTNAME', 'EMAIL'].map((name) => process.env[name] ?? '');
  return [username, homedir, hostname(), hostname().split('.')[0] ?? '', ...environment].filter(
    (text) => text.length > 2,
  );
}

describeIfPossible('discovery between network namespaces', () => {
  it('shows each device to the other, with the right addresses, and says goodbye', async () => {
    await using network = await createNamespaces();
    const [one, two] = [network.host(0), network.host(1)];
    const boat = await announce(one, BOAT, 'quiet boat', '3120');
    const train = await announce(two, TRAIN, 'fast train', '3121');
    const startedMs = performance.now();
    const [seenTrain, seenBoat] = await Promise.all([
      boat.waitFor({ kind: 'seen', shortId: TRAIN }, SEEN_WITHIN_MS),
      train.waitFor({ kind: 'seen', shortId: BOAT }, SEEN_WITHIN_MS),
    ]);
    process.stderr.write(`seen after ${Math.round(performance.now() - startedMs)} ms\n`);
    expect(seenTrain).toMatchObject({
      name: 'fast train',
      port: 3121,
      device: 'server',
      interfaceName: 'lan0',
    });
    expect(seenTrain['addresses']).toEqual([two.ipv4, two.ipv6]);
    expect(seenBoat).toMatchObject({ name: 'quiet boat', port: 3120 });
    expect(seenBoat['addresses']).toEqual([one.ipv4, one.ipv6]);
    expect(await boat.stop('SIGTERM')).toMatchObject({ code: 0 });
    await train.waitFor({ kind: 'left', tag: seenBoat['tag'] }, SEEN_WITHIN_MS);
  });

  it('follows a new address and a cable that was pulled', async () => {
    await using network = await createNamespaces({ count: 3 });
    const boat = await announce(network.host(0), BOAT, 'quiet boat', '3120');
    const watcher = await announce(network.host(2), TRAIN, 'fast train', '3121');
    await watcher.waitFor({ kind: 'seen', shortId: BOAT }, SEEN_WITHIN_MS);
    const since = watcher.objects.length;
    await network.host(0).setLink('down');
    await network.host(0).setLink('up');
    const address = await network.host(0).renumber(99);
    // Interfaces are looked at every 3 s.
    const seen = await watcher.waitFor({ kind: 'seen', shortId: BOAT }, 3000 + SEEN_WITHIN_MS, since);
    expect(seen['addresses']).toContain(address);
    expect(seen['addresses']).not.toContain(network.host(0).ipv4);
    expect(boat.objects.filter((object) => object['level'] === 'error')).toEqual([]);
  });

  it('works between two devices on one machine that has no network', async () => {
    await using network = await createNamespaces();
    const alone = network.host(0);
    await alone.setLink('down');
    const boat = await announce(alone, BOAT, 'quiet boat', '3120');
    const train = await announce(alone, TRAIN, 'fast train', '3121');
    const [seenTrain, seenBoat] = await Promise.all([
      boat.waitFor({ kind: 'seen', shortId: TRAIN, interfaceName: 'lo' }, SEEN_WITHIN_MS),
      train.waitFor({ kind: 'seen', shortId: BOAT, interfaceName: 'lo' }, SEEN_WITHIN_MS),
    ]);
    expect(seenTrain['addresses']).toContain('127.0.0.1');
    expect(seenBoat['addresses']).toContain('127.0.0.1');
  });

  it('puts neither user nor host name on the network', async () => {
    await using network = await createNamespaces();
    const witness = network.host(1).startNode(CAPTURE, [network.host(1).ipv4]);
    await witness.waitFor({ kind: 'ready' }, START_MS);
    const boat = await announce(network.host(0), BOAT, 'quiet boat', '3120');
    await announce(network.host(1), TRAIN, 'fast train', '3121');
    await boat.waitFor({ kind: 'seen', shortId: TRAIN }, SEEN_WITHIN_MS);
    await boat.stop();
    const packets = witness.objects.filter((object) => object['kind'] === 'packet');
    const bytes = Buffer.concat(packets.map((packet) => Buffer.from(String(packet['base64']), 'base64')));
    expect(bytes.includes(BOAT) && bytes.includes('quiet boat') && bytes.includes(TRAIN)).toBe(true);
    expect(secrets().length).toBeGreaterThan(0);
    for (const secret of secrets())
      expect(bytes.toString('latin1').toLowerCase()).not.toContain(secret.toLowerCase());
  });
});

describeIfPossible('discovery as avahi sees it', () => {
  it('is a service with address, port and TXT, and is gone after a goodbye', async () => {
    await using network = await createNamespaces();
    const [one, two] = [network.host(0), network.host(1)];
    const avahi = await Avahi.start(two);
    try {
      const boat = await announce(one, BOAT, 'quiet boat', '3120');
      const shy = await announce(one, TRAIN, 'fast train', '3121', 'paired');
      await expect.poll(async () => (await avahi.browse('_ferry._tcp')).length).toBe(2);
      const found = await avahi.browse('_ferry._tcp');
      const [open, hidden] = [3120, 3121].map((port) => found.find((service) => service.port === port));
      expect(open).toMatchObject({ interfaceName: 'lan0', address: one.ipv4 });
      expect(open?.instance).toMatch(/^[0-9a-f]{20}$/);
      expect(open?.host).toBe(`${open?.instance}.local`);
      expect(open?.txt.match(/"[^"]*"/g)?.sort()).toEqual([
        `"id=${BOAT}"`,
        '"k=server"',
        '"n=quiet boat"',
        '"v=1"',
      ]);
      expect(hidden?.txt.match(/"[^"]*"/g)?.sort()).toEqual(['"k=server"', '"v=1"']);
      await Promise.all([boat.stop(), shy.stop()]);
      await expect.poll(async () => (await avahi.browse('_ferry._tcp')).length, { timeout: 5000 }).toBe(0);
    } finally {
      await avahi.close();
    }
  });
});
