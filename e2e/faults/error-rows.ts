import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from '../device.ts';
import { Program } from '../program.ts';
import type { FaultRow } from './fault-row.ts';
import { type FaultStage, pause } from './fault-stage.ts';
import type { FaultWorld } from './fault-world.ts';
import { violated } from './invariants.ts';

const MIB = 1 << 20;
const NEEDS = ['strace'] as const;
const ATTACH_MS = 1_500;

/**
 * Threads of a device that touch files for copies: data workers (all workers but the first, which has the
 * database) and the pool they share. The database itself is not harmed here.
 */
function copyingThreads(device: Device): string[] {
  const tasks = `/proc/${device.served.pid}/task`;
  const threads = readdirSync(tasks).map((id) => ({
    id,
    name: readFileSync(join(tasks, id, 'comm'), 'utf8').trim(),
  }));
  const workers = threads.filter(({ name }) => name === 'WorkerThread').map(({ id }) => id);
  const pool = threads.filter(({ name }) => name === 'libuv-worker').map(({ id }) => id);
  // The pool of data workers is made first, the worker of the database second.
  return [...workers.slice(0, -1), ...pool];
}

/** Makes system calls of a device fail or stutter while `work` runs; returns how many were harmed. */
async function injecting(
  device: Device,
  inject: readonly string[],
  work: () => Promise<void>,
): Promise<number> {
  const threads = copyingThreads(device).flatMap((id) => ['-p', id]);
  const log = join(device.home, '..', `strace-${inject.length}.log`);
  const rules = inject.flatMap((rule) => ['-e', `inject=${rule}`]);
  const calls = inject.map((rule) => rule.slice(0, rule.indexOf(':'))).join(',');
  const strace = new Program('strace', [
    '-qq',
    '-f',
    '-o',
    log,
    '-e',
    `trace=${calls}`,
    ...rules,
    ...threads,
  ]);
  await pause(ATTACH_MS);
  try {
    await work();
  } finally {
    await strace.stop('SIGINT');
  }
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('(INJECTED)')).length;
}

/** Copies while one system call fails once; the copy may fail or pause, but is never called done wrongly. */
async function failingOnce(stage: FaultStage, calls: readonly string[], error: string): Promise<void> {
  const world = await stage.world();
  for (const [index, call] of calls.entries()) {
    const tree = world.tree(`tree ${index}`, { files: 90, bigBytes: 40 * MIB });
    const harmed = await injecting(world.bob, [`${call}:error=${error}:when=1`], async () => {
      const job = await world.order(tree);
      world.forget(tree);
      await settled(world, job);
    });
    stage.attempt(Math.min(1, harmed));
    stage.note(`${call}: ${harmed}`);
    // Whatever became of it, the same order ends well once the disk does.
    world.expect(tree);
    const run = await world.send(tree);
    if (run.code !== 0) throw violated('I5', `${call}: ${run.stdout.slice(-500)}`);
  }
}

/** Until a job has ended or waits for help; done only if it is. */
async function settled(world: FaultWorld, job: string): Promise<void> {
  const view = await world.until(
    job,
    'is settled',
    ({ result, waitingFor }) => result !== null || ['disk', 'space'].includes(waitingFor ?? ''),
  );
  if (view.state === 'done') await world.checkPlace(view.names[0] ?? '');
  if (view.result === null) {
    await world.anna.run(['cancel', job]);
    await world.ended(job);
  }
}

/** D7: what the kernel may always do. */
async function stuttering(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { files: 200, bigBytes: 24 * MIB });
  const rules = ['pwrite64:error=EINTR:when=3+7', 'pread64:error=EINTR:when=2+5'];
  let harmed = 0;
  for (const device of [world.bob, world.anna]) {
    harmed += await injecting(
      device,
      rules,
      async () => void (await world.copied(tree, { onConflict: 'replace' })),
    );
  }
  stage.attempt(harmed);
}

/** D6: a file that cannot be read whole. */
async function unreadableSource(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { files: 60, bigBytes: 24 * MIB });
  const harmed = await injecting(world.anna, ['pread64:error=EIO:when=4..6'], async () => {
    const job = await world.order(tree);
    world.forget(tree);
    const { state, result } = await world.ended(job);
    if (state === 'done' && result?.problemCount !== 0) throw violated('I3', 'done with problems');
    if (state === 'done') await world.checkPlace('tree');
    else if (result?.failure === null && result.problemCount === 0)
      throw violated('I3', `${state} without a reason`);
  });
  stage.attempt(Math.min(1, harmed));
  world.expect(tree);
  const run = await world.send(tree);
  if (run.code !== 0) throw violated('I5', run.stdout.slice(-500));
}

export const ERROR_ROWS: readonly FaultRow[] = [
  {
    id: 'D4',
    name: 'a sync that fails once',
    how: 'strace, EIO from one fsync, fdatasync or syncfs, then success',
    needs: NEEDS,
    floor: { full: 3, reduced: 0 },
    run: (stage) => failingOnce(stage, ['fdatasync', 'syncfs', 'fsync'], 'EIO'),
  },
  {
    id: 'D5',
    name: 'rename, open and write that fail once',
    how: 'strace, EIO',
    needs: NEEDS,
    floor: { full: 3, reduced: 0 },
    run: (stage) => failingOnce(stage, ['renameat2', 'pwrite64', 'openat'], 'EIO'),
  },
  {
    id: 'D6',
    name: 'read error at the source',
    how: 'strace, EIO from some reads',
    needs: NEEDS,
    floor: { full: 1, reduced: 0 },
    run: unreadableSource,
  },
  {
    id: 'D7',
    name: 'interrupted calls',
    how: 'strace, EINTR from reads and writes of files again and again',
    needs: NEEDS,
    floor: { full: 5, reduced: 0 },
    run: stuttering,
  },
];
