import { join } from 'node:path';
import { removeTree } from '../../tools/trees/remove-tree.ts';
import type { Fault } from '../chaos-proxy.ts';
import { ChaosRoute, killSocket, killSockets } from './chaos-route.ts';
import type { FaultRow } from './fault-row.ts';
import { type FaultStage, pause } from './fault-stage.ts';
import type { FaultWorld } from './fault-world.ts';
import { violated } from './invariants.ts';

const MIB = 1 << 20;
const NEEDS = ['network-namespaces', 'nft'] as const;
const HARM_MS = 240_000;

/** Copies, one after the other, until connections were harmed often enough. */
async function harm(stage: FaultStage, faults: readonly Fault[], bigBytes: number): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { files: 120, bigBytes });
  const route = await ChaosRoute.start(world, {
    faults,
    limit: stage.wanted,
    mostBytes: bigBytes / 8,
    seed: stage.newSeed(),
  });
  const endMs = Date.now() + HARM_MS;
  const isEnough = () => stage.faults >= stage.wanted || Date.now() >= endMs;
  while (!isEnough()) {
    await world.copied(tree, { streams: 4 });
    // What it tells may come later than the copy ends: it counts for the next one.
    stage.attempt(route.faults - stage.faults);
    await world.checkArrived();
    if (!isEnough()) removeTree(join(world.bob.inbox, 'tree'));
  }
}

/** One copy whose connections never last: no number of cuts makes it fail. */
async function harmOne(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { files: 120, bigBytes: 160 * MIB });
  const plan = { faults: ['rst'], limit: stage.wanted, mostBytes: 2 * MIB, seed: stage.newSeed() } as const;
  const route = await ChaosRoute.start(world, plan);
  // One is enough for dozens of cuts, and chance decides for how many.
  for (let isFirst = true; stage.faults < stage.wanted; isFirst = false) {
    if (!isFirst) removeTree(join(world.bob.inbox, 'tree'));
    await world.copied(tree, { streams: 4 });
    const cuts = route.faults - stage.faults;
    stage.attempt(cuts);
    stage.note(`${cuts} cuts in one copy`);
    await world.checkArrived();
  }
}

/** Copies, one after the other, whose connections the kernel ends once a second. */
async function stopAndGo(stage: FaultStage, kill: (world: FaultWorld) => Promise<number>): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { bigBytes: 48 * MIB });
  for (let isFirst = true; stage.faults < stage.wanted; isFirst = false) {
    if (!isFirst) removeTree(join(world.bob.inbox, 'tree'));
    const job = await world.order(tree, { limitBytesPerSecond: 8 * MIB, streams: 8 });
    await world.until(job, 'moves', ({ progress }) => progress.bytes > MIB);
    for (let isOver = false; !isOver && stage.faults < stage.wanted; ) {
      const killed = await kill(world);
      // A copy that was over by then was not harmed.
      isOver = await world.hasEnded(job);
      stage.attempt(killed > 0 && !isOver ? 1 : 0);
      await pause(1_000);
    }
    const { state } = await world.ended(job);
    if (state !== 'done') throw violated('I5', `ended ${state}`);
    await world.checkArrived();
  }
}

export const CUT_ROWS: readonly FaultRow[] = [
  {
    id: 'N1',
    name: 'cut at every phase',
    how: 'proxy, RST after a random byte, half of them in handshake, grant and listing',
    needs: NEEDS,
    floor: { full: 200, reduced: 8 },
    run: (stage) => harm(stage, ['rst'], 24 * MIB),
  },
  {
    id: 'N1 one',
    name: 'cut again and again in one copy',
    how: 'proxy, RST within 2 MiB of every connection',
    needs: NEEDS,
    floor: { full: 200, reduced: 0 },
    run: harmOne,
  },
  {
    id: 'N2',
    name: 'FIN instead of RST',
    how: 'proxy, FIN after a random byte',
    needs: NEEDS,
    floor: { full: 100, reduced: 0 },
    run: (stage) => harm(stage, ['fin'], 24 * MIB),
  },
  {
    id: 'N3',
    name: 'bit flip',
    how: 'proxy, one bit of a random byte',
    needs: NEEDS,
    floor: { full: 100, reduced: 4 },
    run: (stage) => harm(stage, ['flip'], 24 * MIB),
  },
  {
    id: 'N4',
    name: 'stall',
    how: 'proxy, connections stay open and nothing passes for 20 s',
    needs: NEEDS,
    floor: { full: 8, reduced: 0 },
    run: async (stage) => {
      const world = await stage.world();
      const tree = world.tree('tree', { bigBytes: 24 * MIB });
      const stall = { faults: ['stall'], limit: stage.wanted, mostBytes: 2 * MIB, stallMs: 20_000 } as const;
      const route = await ChaosRoute.start(world, { ...stall, seed: stage.newSeed() });
      for (let isFirst = true; stage.faults < stage.wanted; isFirst = false) {
        if (!isFirst) removeTree(join(world.bob.inbox, 'tree'));
        await world.copied(tree, { streams: 8 });
        stage.attempt(route.faults - stage.faults);
        await world.checkArrived();
      }
    },
  },
  {
    id: 'N9',
    name: 'streams die one after the other',
    how: 'ss -K on one of the connections of a copy with 8 streams, whichever it is',
    needs: NEEDS,
    floor: { full: 20, reduced: 0 },
    run: (stage) => stopAndGo(stage, (world) => killSocket(world, stage.random)),
  },
  {
    id: 'N13',
    name: 'kill sockets',
    how: 'ss -K on all connections again and again',
    needs: NEEDS,
    floor: { full: 30, reduced: 0 },
    run: (stage) => stopAndGo(stage, killSockets),
  },
];
