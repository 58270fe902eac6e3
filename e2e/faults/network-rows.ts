import { fileURLToPath } from 'node:url';
import type { FaultRow } from './fault-row.ts';
import { type FaultStage, pause } from './fault-stage.ts';
import type { FaultWorld } from './fault-world.ts';
import { holdingsOf, violated } from './invariants.ts';

const MIB = 1 << 20;
const CABLE = ['network-namespaces'] as const;
const FLOOD = fileURLToPath(new URL('../programs/flood.ts', import.meta.url));
const START_MS = 60_000;
/** A link is dead after 15 s without a word; then there is one try to get another. */
const SOON_TOLD_MS = 60_000;
/** Room for a receiver that holds back what it cannot pass on. */
const BOUNDED_BYTES = 400e6;

async function slowCopy(stage: FaultStage, options: { readonly mib?: number; readonly rate?: number } = {}) {
  const world = await stage.world({ cable: true });
  const tree = world.tree('tree', { bigBytes: (options.mib ?? 24) * MIB });
  const job = await world.order(tree, { limitBytesPerSecond: (options.rate ?? 6) * MIB, streams: 3 });
  await world.until(job, 'moves', ({ progress }) => progress.bytes > MIB);
  return { world, job, host: (index: number) => world.host(index) };
}

/** N5: no byte and no goodbye for a while. */
async function pulledCable(stage: FaultStage): Promise<void> {
  const { world, job, host } = await slowCopy(stage);
  for (let round = 0; round < stage.wanted; round += 1) {
    const side = host(round % 2);
    await side.setLink('down');
    await pause(stage.mode === 'full' && round === 0 ? 20_000 : 1_500);
    await side.setLink('up');
    stage.attempt();
    await pause(1_000);
  }
  await world.ended(job);
}

async function renumbered(stage: FaultStage): Promise<void> {
  const { world, job, host } = await slowCopy(stage);
  await host(0).renumber(77);
  stage.attempt();
  const { state } = await world.ended(job);
  if (state !== 'done') throw violated('N6', `ended ${state}`);
}

async function slowLink(stage: FaultStage): Promise<void> {
  const world = await stage.world({ cable: true });
  const tree = world.tree('tree', { files: 10, bigBytes: 2 * MIB });
  for (const index of [0, 1]) await world.host(index).setRate('1mbit');
  await world.copied(tree, { streams: 3 });
  stage.attempt();
  for (const index of [0, 1]) await world.host(index).setRate(null);
}

async function losing(stage: FaultStage): Promise<void> {
  const { world, job, host } = await slowCopy(stage, { mib: 48 });
  const nft = async (index: number, rule: string) => await host(index).run('nft', rule.split(' '));
  for (const index of [0, 1]) {
    await nft(index, 'add table inet loss');
    await nft(index, 'add chain inet loss in { type filter hook input priority 0 ; }');
  }
  for (const percent of [1, 5, 20]) {
    for (const index of [0, 1])
      await nft(index, `add rule inet loss in numgen random mod 100 < ${percent} drop`);
    await pause(percent === 20 ? 5_000 : 2_000);
    for (const index of [0, 1]) await nft(index, 'flush chain inet loss in');
    stage.attempt();
  }
  await world.ended(job);
}

/** N14: a lid is closed over one of them, again and again or for long. */
async function asleep(stage: FaultStage, sleepMs: number, first: 'bob' | 'anna' = 'bob'): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { bigBytes: 48 * MIB });
  const job = await world.order(tree, { limitBytesPerSecond: 10 * MIB });
  await world.until(job, 'moves', ({ progress }) => progress.bytes > MIB);
  for (let round = 0; round < stage.wanted; round += 1) {
    const device = (round % 2 === 0) === (first === 'bob') ? world.bob : world.anna;
    const awake = device === world.bob ? world.anna : world.bob;
    process.kill(device.served.pid, 'SIGSTOP');
    const untilMs = Date.now() + sleepMs;
    // Its sockets look alive all the while.
    if (sleepMs > SOON_TOLD_MS) {
      await world.until(job, 'waits', ({ waitingFor }) => waitingFor === 'peer', awake);
      const toldMs = sleepMs - (untilMs - Date.now());
      stage.note(`told after ${Math.round(toldMs / 1_000)} s`);
      if (toldMs > SOON_TOLD_MS) throw violated('N14', `${awake.name} waits only after ${toldMs} ms`);
    }
    await pause(untilMs - Date.now());
    process.kill(device.served.pid, 'SIGCONT');
    stage.attempt();
    await pause(500);
  }
  await world.ended(job);
}

/** N10: one end does nothing any more, its sockets stay; the other holds a bounded amount. */
async function readsNothing(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { bigBytes: 300 * MIB });
  const job = await world.order(tree);
  await world.until(job, 'moves', ({ progress }) => progress.bytes > MIB);
  process.kill(world.bob.served.pid, 'SIGSTOP');
  const before = holdingsOf(world.anna.served.pid).residentBytes;
  await pause(8_000);
  const after = holdingsOf(world.anna.served.pid).residentBytes;
  process.kill(world.bob.served.pid, 'SIGCONT');
  stage.attempt();
  if (after - before > BOUNDED_BYTES) throw violated('I6', `the sender grew by ${after - before} bytes`);
  await world.ended(job);
}

/** N11: connections stay open, everything is acknowledged by the system, and nothing comes. */
async function saysNothing(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { bigBytes: 48 * MIB });
  const job = await world.order(tree, { limitBytesPerSecond: 4 * MIB });
  await world.until(job, 'moves', ({ progress }) => progress.bytes > MIB);
  process.kill(world.anna.served.pid, 'SIGSTOP');
  await world.until(job, 'waits', ({ waitingFor }) => waitingFor === 'peer', world.bob);
  process.kill(world.anna.served.pid, 'SIGCONT');
  stage.attempt();
  await world.ended(job);
}

async function slowloris(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { bigBytes: 24 * MIB });
  const flood = await startFlood(world, 'sockets', String(world.bob.port), String(stage.wanted));
  const job = await world.order(tree, { limitBytesPerSecond: 4 * MIB });
  await world.ended(job);
  await flood.waitFor({ kind: 'closed' }, 120_000);
  stage.attempt(Number(flood.objects.findLast(({ kind }) => kind === 'closed')?.['closed'] ?? 0));
  await flood.stop();
}

async function mdnsStorm(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const flood = await startFlood(world, 'mdns', '5353', String(stage.wanted));
  const tree = world.tree('tree', { bigBytes: 8 * MIB });
  await world.copied(tree);
  const sent = await flood.waitFor({ kind: 'sent' }, 120_000);
  stage.attempt(Number(sent['count']));
  const peers = await world.bob.run(['peers']);
  const listed = peers.lines.filter(({ kind }) => kind === 'peer').length;
  stage.note(`${listed} peers listed`);
  if (listed > 1_200) throw violated('I6', `${listed} peers are listed`);
}

async function startFlood(world: FaultWorld, ...args: readonly string[]) {
  const { host } = world.world;
  if (host === null) throw new Error('this needs a network namespace');
  const flood = host.startNode(FLOOD, args);
  await flood.waitFor({ kind: 'ready' }, START_MS);
  return flood;
}

export const NETWORK_ROWS: readonly FaultRow[] = [
  {
    id: 'N5',
    name: 'half-open',
    how: 'the link of either machine goes down during a copy, once for 20 s',
    needs: CABLE,
    floor: { full: 6, reduced: 0 },
    run: pulledCable,
  },
  {
    id: 'N6',
    name: 'address change',
    how: 'the sender gets another address during a copy',
    needs: CABLE,
    floor: { full: 1, reduced: 0 },
    run: renumbered,
  },
  {
    id: 'N7',
    name: 'slow link',
    how: 'tbf 1 Mbit/s, three streams',
    needs: [...CABLE, 'tc'],
    floor: { full: 1, reduced: 0 },
    run: slowLink,
  },
  {
    id: 'N8',
    name: 'loss',
    how: 'nft drops 1 %, 5 % and 20 % of all packets',
    needs: [...CABLE, 'nft'],
    floor: { full: 3, reduced: 0 },
    run: losing,
  },
  {
    id: 'N10',
    name: 'peer reads nothing',
    how: 'SIGSTOP of the receiver during a copy without limit',
    needs: CABLE,
    floor: { full: 1, reduced: 0 },
    run: readsNothing,
  },
  {
    id: 'N11',
    name: 'peer says nothing',
    how: 'SIGSTOP of the sender until the receiver gives its connections up',
    needs: CABLE,
    floor: { full: 1, reduced: 0 },
    run: saysNothing,
  },
  {
    id: 'N12',
    name: 'slowloris',
    how: 'silent and trickling sockets during a copy',
    needs: CABLE,
    floor: { full: 2_000, reduced: 0 },
    run: slowloris,
  },
  {
    id: 'N14',
    name: 'sleep',
    how: 'SIGSTOP of either side for 2 s',
    needs: CABLE,
    floor: { full: 8, reduced: 1 },
    run: (stage) => asleep(stage, 2_000),
  },
  {
    id: 'N14 receiver',
    name: 'long sleep of the receiver',
    how: 'SIGSTOP for 5 min',
    needs: CABLE,
    floor: { full: 1, reduced: 0 },
    run: (stage) => asleep(stage, 300_000),
  },
  {
    id: 'N14 sender',
    name: 'long sleep of the sender',
    how: 'SIGSTOP for 5 min',
    needs: CABLE,
    floor: { full: 1, reduced: 0 },
    run: (stage) => asleep(stage, 300_000, 'anna'),
  },
  {
    id: 'N15',
    name: 'mDNS storm and spoof',
    how: 'announcements of devices that are not there, false ids, oversized and truncated packets',
    needs: CABLE,
    floor: { full: 10_000, reduced: 0 },
    run: mdnsStorm,
  },
];
