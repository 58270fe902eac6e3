import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { JobView } from '../../src/shared/job.ts';
import { removeTree } from '../../tools/trees/remove-tree.ts';
import type { FaultRow } from './fault-row.ts';
import type { FaultStage } from './fault-stage.ts';
import type { FaultWorld } from './fault-world.ts';
import { checkRunning, violated } from './invariants.ts';
import { onMount, tmpfs } from './on-mount.ts';

const MIB = 1 << 20;
const CHUNK = Buffer.alloc(MIB / 4);

/** Writes until the file system takes nothing more. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let length = CHUNK.length; length > 0; ) {
      try {
        writeSync(file, CHUNK, 0, length);
      } catch {
        // Down to the last byte.
        length = Math.floor(length / 2);
      }
    }
  } finally {
    closeSync(file);
  }
}

/** A copy goes on without it up to its end, which nobody is told of before it is written down; then it waits. */
async function tellsOfItsHome(world: FaultWorld, job: string, side: 'anna' | 'bob'): Promise<boolean> {
  const isTold = ({ waitingDetail, result }: JobView) =>
    waitingDetail?.why.code === 'home-full' || result?.state === 'failed';
  const { result } = await world.until(job, 'says that its home is full', isTold, world[side]);
  // Where its source is full, its destination has come to its end.
  if (side === 'bob') await world.until(job, 'hears that its home is full', isTold, world.anna);
  return result === null;
}

/** What a device keeps of its jobs finds no room for a while, in the middle of a copy. */
async function stateHasNoRoom(stage: FaultStage, side: 'anna' | 'bob'): Promise<void> {
  const work = async (world: FaultWorld, place: string) => {
    const tree = world.tree('tree', { files: 300, bigBytes: 40 * MIB });
    while (stage.faults < stage.wanted) {
      const job = await world.order(tree, { limitBytesPerSecond: 30 * MIB });
      await stage.wait(900);
      const hog = join(place, 'hog');
      fill(hog);
      stage.attempt((await tellsOfItsHome(world, job, side)) ? 1 : 0);
      rmSync(hog);
      const { state, result } = await world.ended(job);
      if (state !== 'done' && result?.failure === null) throw violated('I3', `${state} without a reason`);
      for (const device of [world.anna, world.bob]) checkRunning(device);
      // Whatever became of it, the same order ends well once there is room, also after a restart.
      await world.kill(world[side]);
      await world.copied(tree, { onConflict: 'replace' });
      await world.checkArrived();
      removeTree(join(world.bob.inbox, 'tree'));
      world.forget(tree);
    }
    await world.copied(tree);
  };
  await onMount(tmpfs('size=24m'), work, (place) => ({ [side]: { home: join(place, 'home') } }));
}

export const STATE_ROWS: readonly FaultRow[] = (['receiver', 'sender'] as const).map((side) => ({
  id: `D1 ${side}`,
  name: `no room for what the ${side} keeps`,
  how: 'its home is a small tmpfs that somebody fills in the middle of a copy, and makes room later',
  needs: ['mounts'],
  floor: { full: 10, reduced: side === 'receiver' ? 1 : 0 },
  run: (stage) => stateHasNoRoom(stage, side === 'sender' ? 'anna' : 'bob'),
}));
