import { randomBytes } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { World } from './device.ts';
import { describeIfPossible } from './needs.ts';
import { createNamespaces, type Namespace } from './network-namespaces.ts';
import { expectSame } from './sample-tree.ts';

const MIB = 1024 * 1024;
const MOVED_BYTES = 256 * MIB;

/** Bytes that have crossed the network interface of a machine, both ways. */
async function crossed(host: Namespace): Promise<number> {
  const counters = ['rx_bytes', 'tx_bytes'].map((name) => `/sys/class/net/lan0/statistics/${name}`);
  const counts = (await host.run('cat', counters)).trim().split('\n').map(Number);
  return counts.reduce((sum, count) => sum + count, 0);
}

async function createRandom(path: string, bytes: number): Promise<void> {
  await using file = await open(path, 'wx');
  for (let at = 0; at < bytes; at += 16 * MIB) await file.write(randomBytes(16 * MIB));
}

describeIfPossible('orders between three machines', () => {
  it('move bytes straight from source to destination, which need not know each other', async () => {
    await using world = await World.create();
    await using network = await createNamespaces({ count: 3 });
    const [from, to] = [world.path('from'), world.path('to')];
    await Promise.all([mkdir(from), mkdir(to)]);
    await createRandom(join(from, 'big'), MOVED_BYTES);
    const [cara, anna, bert] = await Promise.all([
      world.serving('cara', [], { host: network.host(0) }),
      world.serving('anna', ['--share', `box=${from}`], { host: network.host(1) }),
      world.serving('bert', ['--share', `box=${to}:rw`], { host: network.host(2) }),
    ]);
    for (const device of [anna, bert]) {
      await cara.pairWith(device);
      expect((await device.run(['trust', 'cara', 'mine'])).code).toBe(0);
    }
    const before = await crossed(network.host(0));
    const run = await cara.run(['cp', 'anna:box/big', 'bert:box/']);
    const atOrderer = (await crossed(network.host(0))) - before;
    expect(run).toMatchObject({ code: 0, result: { state: 'done', bytes: MOVED_BYTES } });
    await expectSame(join(from, 'big'), join(to, 'big'));
    expect(atOrderer).toBeLessThan(MIB);
    expect(await crossed(network.host(2))).toBeGreaterThan(MOVED_BYTES);
    // For that job alone: nothing of the other stays known.
    const peers = await bert.run(['peers']);
    expect(peers.lines.find(({ name }) => name === 'anna')).not.toMatchObject({ paired: true });
  });
});
