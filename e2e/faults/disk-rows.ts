import { cpSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WaitingFor } from '../../src/shared/job.ts';
import { runToEnd } from '../program.ts';
import type { FaultRow } from './fault-row.ts';
import { type FaultStage, pause } from './fault-stage.ts';
import { FaultWorld } from './fault-world.ts';
import { violated } from './invariants.ts';
import { onMount, tmpfs } from './on-mount.ts';

const MIB = 1 << 20;
const MOUNTS = ['mounts'] as const;

/** A copy meets a lack, says which on both sides, and goes on once `help` has come. */
async function pausedUntil(
  stage: FaultStage,
  world: FaultWorld,
  expected: { readonly waitingFor: WaitingFor; readonly code: string },
  tree: string,
  help: () => Promise<void>,
): Promise<void> {
  const job = await world.order(tree);
  for (const device of [world.bob, world.anna]) {
    const view = await world.until(
      job,
      `waits for ${expected.waitingFor}`,
      ({ waitingFor, result }) => waitingFor === expected.waitingFor || result !== null,
      device,
    );
    const why = view.waitingDetail?.why.code ?? view.result?.failure?.code;
    if (view.result !== null || why !== expected.code) {
      throw violated('I3', `${device.name}: ${view.state}, ${view.waitingFor}, ${why}`);
    }
  }
  stage.attempt();
  await help();
  const { state } = await world.ended(job);
  if (state !== 'done') throw violated('I5', `ended ${state} after help came`);
}

async function fullDisk(stage: FaultStage): Promise<void> {
  await onMount(tmpfs('size=4m'), async (world, place) => {
    const tree = world.tree('tree', { files: 20, bigBytes: 12 * MIB });
    const help = async () => void (await runToEnd('mount', ['-o', 'remount,size=64m', place]));
    await pausedUntil(stage, world, { waitingFor: 'space', code: 'no-space' }, tree, help);
  });
}

async function filledMeanwhile(stage: FaultStage): Promise<void> {
  await onMount(tmpfs('size=40m'), async (world, place) => {
    const tree = world.tree('tree', { files: 20, bigBytes: 24 * MIB });
    const job = await world.order(tree, { limitBytesPerSecond: 6 * MIB });
    await world.until(job, 'moves', ({ progress }) => progress.bytes > MIB);
    const hog = join(place, 'hog');
    writeFileSync(hog, Buffer.alloc(22 * MIB));
    await world.until(job, 'waits', ({ waitingFor }) => waitingFor === 'space', world.bob);
    stage.attempt();
    rmSync(hog);
    const { state } = await world.ended(job);
    if (state !== 'done') throw violated('I5', `ended ${state} after there was room`);
  });
}

async function noInodes(stage: FaultStage): Promise<void> {
  await onMount(tmpfs('size=64m,nr_inodes=60'), async (world, place) => {
    const tree = world.tree('tree', { files: 200 });
    const help = async () => void (await runToEnd('mount', ['-o', 'remount,nr_inodes=5000', place]));
    await pausedUntil(stage, world, { waitingFor: 'space', code: 'no-inodes' }, tree, help);
  });
}

async function overQuota(stage: FaultStage): Promise<void> {
  const image = join(mkdtempSync(join(tmpdir(), 'ferry-image-')), 'disk.img');
  const mount = async (place: string) => {
    await runToEnd('truncate', ['-s', '200M', image]);
    await runToEnd('mkfs.btrfs', ['-q', image]);
    await runToEnd('mount', ['-o', 'loop', image, place]);
    await runToEnd('btrfs', ['quota', 'enable', place]);
    await runToEnd('btrfs', ['subvolume', 'create', join(place, 'inbox')]);
    await runToEnd('btrfs', ['qgroup', 'limit', '6M', join(place, 'inbox')]);
  };
  try {
    await onMount(mount, async (world, place) => {
      const tree = world.tree('tree', { files: 20, bigBytes: 16 * MIB });
      const lift = ['qgroup', 'limit', 'none', join(place, 'inbox')];
      const help = async () => void (await runToEnd('btrfs', lift));
      await pausedUntil(stage, world, { waitingFor: 'space', code: 'over-quota' }, tree, help);
    });
  } finally {
    rmSync(join(image, '..'), { recursive: true, force: true });
  }
}

async function readOnly(stage: FaultStage): Promise<void> {
  await onMount(tmpfs('size=64m'), async (world, place) => {
    const tree = world.tree('tree', { files: 200, bigBytes: 16 * MIB });
    await runToEnd('mount', ['-o', 'remount,ro', place]);
    const help = async () => void (await runToEnd('mount', ['-o', 'remount,rw', place]));
    await pausedUntil(stage, world, { waitingFor: 'disk', code: 'read-only' }, tree, help);
  });
}

async function tooLarge(stage: FaultStage): Promise<void> {
  const world = await stage.world({ bob: { by: ['prlimit', `--fsize=${20 * MIB}`] } });
  const tree = world.tree('tree', { bigBytes: 24 * MIB });
  const run = await world.send(tree);
  stage.attempt();
  const [problem] = (run.result?.['problems'] ?? []) as readonly { code: string }[];
  if (run.code !== 1 || problem?.code !== 'file-too-large') throw violated('I3', run.stdout.slice(-600));
}

async function noDescriptors(stage: FaultStage): Promise<void> {
  const world = await stage.world({ bob: { by: ['prlimit', '--nofile=120'] } });
  const tree = world.tree('tree', { files: 3_000 });
  const job = await world.order(tree, { streams: 8 });
  const { state, result } = await world.ended(job);
  stage.attempt();
  if (state !== 'done' && result?.failure?.code !== 'too-many-open-files') {
    throw violated('I3', `${state}: ${JSON.stringify(result?.failure)}`);
  }
  if (state !== 'done') world.forget(tree);
  // The listener lives on.
  await world.copied(world.tree('after'));
}

/** A folder of the destination is another file system. */
async function crossesDevices(stage: FaultStage): Promise<void> {
  await onMount(tmpfs('size=64m'), async (world) => {
    const tree = world.tree('tree', { files: 100 });
    const inner = join(world.bob.inbox, 'tree', 'small', 'group-0');
    mkdirSync(inner, { recursive: true });
    await runToEnd('nsenter', [
      '-t',
      String(world.bob.served.pid),
      '-m',
      'mount',
      '-t',
      'tmpfs',
      'tmpfs',
      inner,
    ]);
    await world.ended(await world.order(tree));
    const said = await runToEnd('nsenter', [
      ...['-t', String(world.bob.served.pid), '-m'],
      ...['diff', '-r', tree, join(world.bob.inbox, 'tree')],
    ]);
    stage.attempt();
    if (said.trim() !== '') throw violated('I2', said.slice(0, 300));
    await runToEnd('nsenter', ['-t', String(world.bob.served.pid), '-m', 'umount', inner]);
    world.forget(tree);
    await pause(100);
  });
}

/** D11: content that is there already cannot be cloned on this file system, and is copied or sent. */
async function cannotClone(stage: FaultStage): Promise<void> {
  await onMount(tmpfs('size=128m'), async (world) => {
    await world.copied(world.tree('same', { files: 20, bigBytes: 16 * MIB }));
    const twin = world.path('source', 'twin', 'tree');
    cpSync(world.path('source', 'same'), twin, { recursive: true, preserveTimestamps: true });
    await world.copied(twin);
    stage.attempt();
  });
}

const CGROUP = '/sys/fs/cgroup/memory/ferry-faults';

/** D12: the receiver gets little memory for very many files. */
async function littleMemory(stage: FaultStage): Promise<void> {
  mkdirSync(CGROUP, { recursive: true });
  writeFileSync(join(CGROUP, 'memory.limit_in_bytes'), String(300 * MIB));
  const join1 = `echo $$ > ${CGROUP}/tasks; exec "$@"`;
  // Closed here: a group with processes in it cannot be removed.
  const world = await FaultWorld.create({ bob: { by: ['sh', '-c', join1, 'sh'] } });
  try {
    const tree = world.tree('tree', { files: 150_000 });
    const { state, result } = await world.ended(await world.order(tree));
    stage.attempt();
    if (state !== 'done' && result?.failure === null) throw violated('I3', `${state} without a reason`);
    if (state !== 'done') world.forget(tree);
    if (!world.bob.served.isRunning) throw violated('I6', 'killed for its memory');
    await world.check();
  } finally {
    await world.close();
    rmdirSync(CGROUP);
  }
}

export const DISK_ROWS: readonly FaultRow[] = [
  {
    id: 'D1',
    name: 'ENOSPC before it begins',
    how: 'tmpfs of 4 MiB, enlarged later',
    needs: MOUNTS,
    floor: { full: 1, reduced: 1 },
    run: fullDisk,
  },
  {
    id: 'D1 meanwhile',
    name: 'ENOSPC in the middle',
    how: 'somebody else fills the disk, and makes room later',
    needs: MOUNTS,
    floor: { full: 1, reduced: 0 },
    run: filledMeanwhile,
  },
  {
    id: 'D2',
    name: 'no inodes',
    how: 'tmpfs with nr_inodes',
    needs: MOUNTS,
    floor: { full: 1, reduced: 0 },
    run: noInodes,
  },
  {
    id: 'D3',
    name: 'quota',
    how: 'btrfs qgroup, lifted later',
    needs: ['loop-mounts', 'mkfs.btrfs'],
    floor: { full: 1, reduced: 0 },
    run: overQuota,
  },
  {
    id: 'D8',
    name: 'read-only mount',
    how: 'remount,ro, and rw again',
    needs: MOUNTS,
    floor: { full: 1, reduced: 0 },
    run: readOnly,
  },
  {
    id: 'D9 EFBIG',
    name: 'file too large for this process',
    how: 'prlimit --fsize',
    needs: ['network-namespaces'],
    floor: { full: 1, reduced: 0 },
    run: tooLarge,
  },
  {
    id: 'D9 EMFILE',
    name: 'no descriptors left',
    how: 'prlimit --nofile, eight streams, 3,000 files',
    needs: ['network-namespaces'],
    floor: { full: 1, reduced: 0 },
    run: noDescriptors,
  },
  {
    id: 'D11',
    name: 'reflink refused',
    how: 'the same content twice onto a tmpfs, which cannot clone',
    needs: MOUNTS,
    floor: { full: 1, reduced: 0 },
    run: cannotClone,
  },
  {
    id: 'D12',
    name: 'memory cap',
    how: 'cgroup of 300 MiB, 150,000 files',
    needs: ['memory-cgroup', 'network-namespaces'],
    floor: { full: 1, reduced: 0 },
    run: littleMemory,
  },
  {
    id: 'D10',
    name: 'another file system inside the destination',
    how: 'tmpfs mounted on a folder that is merged into',
    needs: MOUNTS,
    floor: { full: 1, reduced: 0 },
    run: crossesDevices,
  },
];
