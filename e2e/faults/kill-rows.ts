import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../../tools/trees/remove-tree.ts';
import { type Device, toRun } from '../device.ts';
import type { FaultRow } from './fault-row.ts';
import type { FaultStage } from './fault-stage.ts';
import type { FaultWorld } from './fault-world.ts';
import { violated } from './invariants.ts';

const MIB = 1 << 20;
/** A copy of this tree takes about this long here; kills come at any moment of it. */
const MOMENT_MS = 700;

/** Begins copies and kills whoever `victims` says at random moments of them, until it has happened often enough. */
async function killing(
  stage: FaultStage,
  victims: (world: FaultWorld, round: number) => readonly Device[],
): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { files: 300, bigBytes: 40 * MIB });
  for (let round = 0; stage.faults < stage.wanted; round += 1) {
    const job = await world.order(tree);
    // Most jobs meet one kill, some meet several.
    do {
      await stage.wait(MOMENT_MS);
      const killed = victims(world, round);
      for (const device of killed) await device.served.stop('SIGKILL');
      for (const device of killed) await world.serve(device);
      stage.attempt(killed.length > 0 ? 1 : 0);
    } while (stage.faults < stage.wanted && stage.random.nextFloat() < 0.4);
    const { state, result } = await world.ended(job);
    if (state !== 'done') throw violated('I5', `ended ${state}: ${JSON.stringify(result?.failure)}`);
    await world.ended(job, world.bob);
    await world.checkArrived();
    if (stage.faults < stage.wanted) removeTree(join(world.bob.inbox, 'tree'));
  }
}

/** A command that is source and orderer in one is killed, and given again. */
async function killingOrderer(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { files: 300, bigBytes: 40 * MIB });
  await world.anna.served.stop();
  while (stage.faults < stage.wanted) {
    const send = world.start(tree);
    await stage.wait(2 * MOMENT_MS);
    const isMoving = send.isRunning;
    stage.attempt(isMoving ? 1 : 0);
    await send.stop('SIGKILL');
    // One that came to its end leaves nothing to do for the next.
    if (!isMoving) removeTree(join(world.bob.inbox, 'tree'));
  }
  const run = await toRun(world.start(tree));
  if (run.code !== 0) throw violated('I5', run.stdout.slice(-500));
  await world.serve(world.anna);
}

async function twoEngines(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  for (let round = 0; round < stage.wanted; round += 1) {
    const second = await world.bob.run(['serve', '--port', '0']);
    stage.attempt();
    if (second.code !== 7 || second.error !== 'home-in-use') throw violated('I3', second.stdout);
  }
  await world.copied(world.tree('tree'));
}

async function crashedCleanup(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { files: 2_000, bigBytes: 8 * MIB });
  while (stage.faults < stage.wanted) {
    const job = await world.order(tree, { limitBytesPerSecond: 2 * MIB });
    world.forget(tree);
    await world.until(job, 'has parts', ({ parts }) => parts.length > 0, world.bob);
    await world.bob.run(['cancel', job]);
    await world.ended(job);
    const clean = world.bob.start(['jobs', 'clean']);
    await stage.wait(MOMENT_MS);
    await world.bob.served.stop('SIGKILL');
    await clean.stop('SIGKILL');
    stage.attempt();
    await world.serve(world.bob);
    const again = await world.bob.run(['jobs', 'clean']);
    if (again.code !== 0 || world.arrived().length > 0) throw violated('I4', world.arrived().join(', '));
  }
}

/** Files of the database that exist. */
function stateFiles(home: string): string[] {
  return readdirSync(home)
    .filter((name) => /^ferry\.db(-wal)?$/.test(name))
    .map((name) => join(home, name));
}

/** Damages the database or its log while nobody runs, and starts again: a file that was done stays done. */
async function tornState(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const first = world.tree('first');
  await world.copied(first);
  const { bob } = world;
  let aside = 0;
  while (stage.faults < stage.wanted) {
    await bob.served.stop('SIGKILL');
    const backup = world.path('backup');
    execFileSync('rm', ['-rf', backup]);
    execFileSync('cp', ['-a', bob.home, backup]);
    const files = stateFiles(bob.home).filter((path) => statSync(path).size > 0);
    const path = files[stage.random.nextInt(files.length)] ?? '';
    const size = statSync(path).size;
    const at = stage.random.nextInt(size);
    const script = stage.random.nextFloat() < 0.5 ? 'flip' : 'cut';
    if (script === 'cut') truncateSync(path, at);
    else execFileSync('python3', ['-c', FLIP, path, String(at)]);
    stage.attempt();
    // Never a crash loop: the second start at the latest is an ordinary one.
    const started = await bob.serve(['--accept', 'paired']).then(
      () => true,
      () => false,
    );
    if (!started) throw violated('I3', `does not start with ${script} at ${at} of ${path}`);
    if (readdirSync(bob.home).some((name) => name.includes('.broken-'))) aside += 1;
    await world.checkArrived();
    await bob.served.stop('SIGKILL');
    execFileSync('rm', ['-rf', bob.home]);
    execFileSync('cp', ['-a', backup, bob.home]);
    await world.serve(bob);
  }
  stage.note(`set aside ${aside} times`);
}

const FLIP = `import sys
with open(sys.argv[1], 'r+b') as f:
    f.seek(int(sys.argv[2])); b = f.read(1); f.seek(int(sys.argv[2])); f.write(bytes([b[0] ^ (1 << (int(sys.argv[2]) % 8))]))`;

export const KILL_ROWS: readonly FaultRow[] = [
  {
    id: 'C4',
    name: 'torn journal',
    how: 'one bit flipped in, or an end cut off, the database or its log, at a random place',
    needs: [],
    floor: { full: 50, reduced: 3 },
    run: tornState,
  },
  {
    id: 'C5 receiver',
    name: 'SIGKILL of the receiver',
    how: 'at a random moment of a copy, some copies several times',
    needs: [],
    floor: { full: 100, reduced: 3 },
    run: (stage) => killing(stage, ({ bob }) => [bob]),
  },
  {
    id: 'C5 sender',
    name: 'SIGKILL of the sender',
    how: 'the same',
    needs: [],
    floor: { full: 100, reduced: 2 },
    run: (stage) => killing(stage, ({ anna }) => [anna]),
  },
  {
    id: 'C5 both',
    name: 'SIGKILL of both at once',
    how: 'the same',
    needs: [],
    floor: { full: 30, reduced: 0 },
    run: (stage) => killing(stage, ({ anna, bob }) => [anna, bob]),
  },
  {
    id: 'C5 orderer',
    name: 'SIGKILL of the command that ordered',
    how: '`ferry send` without an engine that stays, killed and given again',
    needs: [],
    floor: { full: 100, reduced: 0 },
    run: killingOrderer,
  },
  {
    id: 'C7',
    name: 'crash in cleanup',
    how: 'SIGKILL of engine and command during `jobs clean`',
    needs: [],
    floor: { full: 20, reduced: 0 },
    run: crashedCleanup,
  },
  {
    id: 'C8',
    name: 'two engines, one state',
    how: '`ferry serve` twice',
    needs: [],
    floor: { full: 5, reduced: 0 },
    run: twoEngines,
  },
];
