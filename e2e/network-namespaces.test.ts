import { expect, it } from 'vitest';
import { describeIfPossible } from './needs.ts';
import { createNamespaces, type Namespace } from './network-namespaces.ts';
import { isAlive, runToEnd } from './program.ts';

const LISTEN =
  "require('net').createServer((socket) => socket.end()).listen(9, () => console.log('{\"up\":true}'))";
const DIAL =
  "const socket = require('net').connect(9, process.argv[1]); socket.setTimeout(500, () => process.exit(1)); socket.on('error', () => process.exit(1)); socket.on('connect', () => process.exit(0))";

/** Listens on TCP port 9 until the network is taken away. */
async function listen(host: Namespace): Promise<void> {
  await host.start(process.execPath, ['-e', LISTEN]).waitFor({ up: true }, 30_000);
}

/** Throws unless somebody listens at `address`. */
async function dial(host: Namespace, address: string): Promise<void> {
  await host.run(process.execPath, ['-e', DIAL, address]);
}

describeIfPossible('network namespaces', () => {
  it.each([2, 3] as const)(
    'joins %i machines by IPv4 and IPv6, and takes everything away again',
    async (count) => {
      const before = await runToEnd('ip', ['-br', 'link']);
      await using network = await createNamespaces({ count });
      const last = network.host(count - 1);
      await listen(last);
      await dial(network.host(0), last.ipv4);
      await dial(network.host(0), last.ipv6);
      const parent = last.start('sh', ['-c', 'sleep 1000 & echo "{\\"pid\\":$!}"']);
      await parent.ended;
      const pid = Number(parent.objects[0]?.['pid']);
      expect(await isAlive(pid)).toBe(true);
      await network.close();
      await expect.poll(() => isAlive(pid)).toBe(false);
      expect(await runToEnd('ip', ['netns', 'list'])).not.toContain(last.name);
      expect(await runToEnd('ip', ['-br', 'link'])).toBe(before);
    },
  );

  it('slows a link down, pulls its cable, and gives it another address', async () => {
    await using network = await createNamespaces({ rate: '1mbit' });
    const [one, two] = [network.host(0), network.host(1)];
    expect(await one.run('tc', ['qdisc', 'show', 'dev', 'lan0'])).toContain('rate 1Mbit');
    await one.setRate(null);
    expect(await one.run('tc', ['qdisc', 'show', 'dev', 'lan0'])).not.toContain('tbf');
    await listen(two);
    await dial(one, two.ipv4);
    await two.setLink('down');
    await expect(dial(one, two.ipv4)).rejects.toThrow();
    await two.setLink('up');
    const address = await two.renumber(77);
    await dial(one, address);
  });

  it('removes what a killed run left behind', async () => {
    const dead = await runToEnd('sh', ['-c', 'echo $$']);
    const name = `ferry-e2e-${dead.trim()}-abc123-a`;
    await runToEnd('ip', ['netns', 'add', name]);
    await using _network = await createNamespaces();
    expect(await runToEnd('ip', ['netns', 'list'])).not.toContain(name);
  });
});
