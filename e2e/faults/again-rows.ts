import { join } from 'node:path';
import { removeTree } from '../../tools/trees/remove-tree.ts';
import type { FaultRow } from './fault-row.ts';
import type { FaultStage } from './fault-stage.ts';
import type { FaultWorld } from './fault-world.ts';
import { violated } from './invariants.ts';

const MIB = 1 << 20;
const BIG_BYTES = 1024 * MIB;
/** The promise: so much is sent again for each connection, or 1 % of what was kept, which is less here. */
const RESENT_BYTES = 64 * MIB;
const STREAMS = [1, 4] as const;
/** Everything crosses the wire, each byte once. */
const PLAIN = { compress: 'off', reuse: false, delta: false } as const;

/** Bytes that have passed between the devices so far, by the kernel's own count. */
async function bytesOnWire(world: FaultWorld): Promise<number> {
  const { host } = world.world;
  if (host === null) throw new Error('this needs a network namespace');
  const said = await host.run('ip', ['-s', '-j', 'link', 'show', 'lo']);
  const [link] = JSON.parse(said) as { stats64: { rx: { bytes: number } } }[];
  return link?.stats64.rx.bytes ?? 0;
}

/** Kills either side at a random moment of a copy of 1 GiB at full speed, and counts what was sent twice. */
async function sentAgain(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { files: 10, bigBytes: BIG_BYTES });
  const startBytes = await bytesOnWire(world);
  const startMs = Date.now();
  await world.copied(tree, { ...PLAIN, streams: 1 });
  const [quietMs, quietBytes] = [Date.now() - startMs, (await bytesOnWire(world)) - startBytes];
  let mostBytes = 0;
  for (let round = 0; stage.faults < stage.wanted; round += 1) {
    removeTree(join(world.bob.inbox, 'tree'));
    const streams = STREAMS[round % STREAMS.length] ?? 1;
    const victim = stage.random.nextFloat() < 0.7 ? world.bob : world.anna;
    const beforeBytes = await bytesOnWire(world);
    const job = await world.order(tree, { ...PLAIN, streams });
    await stage.wait(quietMs);
    const isMoving = (await bytesOnWire(world)) - beforeBytes < 0.98 * quietBytes;
    await world.kill(victim);
    stage.attempt(isMoving ? 1 : 0);
    const { state, result } = await world.ended(job);
    const againBytes = (await bytesOnWire(world)) - beforeBytes - quietBytes;
    mostBytes = Math.max(mostBytes, againBytes);
    if (state !== 'done') {
      throw violated('I5', `ended ${state}: ${JSON.stringify(result?.failure)}, ${againBytes} more bytes`);
    }
    if (againBytes > RESENT_BYTES * streams) {
      throw violated('I5', `${victim.name} was killed, ${againBytes} bytes were sent again by ${streams}`);
    }
    await world.checkArrived();
  }
  stage.note(`most that was sent again after a kill: ${Math.round(mostBytes / MIB)} MiB`);
}

export const AGAIN_ROWS: readonly FaultRow[] = [
  {
    id: 'C5 again',
    name: 'what a kill costs',
    how: '1 GiB by one and by four connections, SIGKILL of either side at a random moment; at most 64 MiB for each connection may pass twice, by the counters of the interface',
    needs: ['network-namespaces'],
    floor: { full: 20, reduced: 0 },
    run: sentAgain,
  },
];
