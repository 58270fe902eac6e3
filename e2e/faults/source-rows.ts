import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../../tools/trees/remove-tree.ts';
import type { FaultRow } from './fault-row.ts';
import type { FaultStage } from './fault-stage.ts';
import { violated } from './invariants.ts';

const MIB = 1 << 20;
/** What may be said of a file that moved while it was read. */
const HONEST: ReadonlySet<string> = new Set(['changed', 'vanished', 'unreadable']);

type Mutation = (path: string, round: number) => void;

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  grows: (path) => appendFileSync(path, Buffer.alloc(70_000, 'g')),
  shrinks: (path) => truncateSync(path, Math.max(0, statSync(path).size - 200_000)),
  rewritten: (path, round) => writeFileSync(path, Buffer.alloc(6 * MIB, `r${round}`)),
  touched: (path) => utimesSync(path, new Date(), new Date()),
};

/** Changes a file again and again while it is read: it comes out whole in one of its states, or is listed. */
async function moving(stage: FaultStage, mutate: (path: string, round: number) => void): Promise<void> {
  const world = await stage.world();
  for (let round = 0; stage.faults < stage.wanted; round += 1) {
    const tree = world.tree(`tree ${round}`, { files: 20, bigBytes: 10 * MIB });
    world.unwatch(tree);
    const job = await world.order(tree, { limitBytesPerSecond: 10 * MIB });
    world.forget(tree);
    await stage.wait(600);
    const path = join(tree, 'big.bin');
    mutate(path, round);
    stage.attempt();
    const { state, result } = await world.ended(job);
    const problems = result?.problems ?? [];
    if (problems.some(({ code }) => !HONEST.has(code))) throw violated('I3', JSON.stringify(problems));
    if (state === 'done') await world.checkPlace(`tree ${round}`, tree);
    else if (state !== 'partial' || problems.length === 0) throw violated('I3', `${state} and no problem`);
    removeTree(join(world.bob.inbox, `tree ${round}`));
  }
}

async function sameSizeAndTime(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { files: 20 });
  world.unwatch(tree);
  await world.copied(tree);
  for (let round = 0; round < stage.wanted; round += 1) {
    const path = join(tree, 'small', 'group-0', 'folder-0', `file-${round}.bin`);
    const before = `${path}.before`;
    execFileSync('cp', ['-p', path, before]);
    writeFileSync(path, readFileSync(path).fill(round + 1));
    execFileSync('touch', ['-r', before, path]);
    rmSync(before);
    execFileSync('touch', ['-r', world.path('source'), join(path, '..')]);
  }
  await world.copied(tree, { checksum: true, onConflict: 'replace' });
  await world.checkPlace('tree', tree);
  world.forget(tree);
  stage.attempt(stage.wanted);
}

/** Things that no copy may wait for. */
async function special(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree');
  world.unwatch(tree);
  execFileSync('mkfifo', [join(tree, 'fifo')]);
  execFileSync('python3', [
    '-c',
    `import socket; socket.socket(socket.AF_UNIX).bind('${join(tree, 'socket')}')`,
  ]);
  const run = await world.send(tree);
  const problems = (run.result?.['problems'] ?? []) as readonly { code: string }[];
  if (run.code !== 1 || problems.some(({ code }) => code !== 'special-file') || problems.length !== 2) {
    throw violated('I3', run.stdout.slice(-500));
  }
  stage.attempt(2);
  const proc = await world.send('/proc/self/status', '--on-conflict', 'keep-both');
  if (proc.code === null) throw violated('I6', 'hangs on a file of /proc');
  stage.attempt();
  // A file becomes a FIFO after it was listed.
  for (let round = 0; stage.faults < stage.wanted; round += 1) {
    const other = world.tree(`swap ${round}`, { bigBytes: 6 * MIB });
    world.unwatch(other);
    const job = await world.order(other, { limitBytesPerSecond: 6 * MIB });
    world.forget(other);
    await stage.wait(500);
    rmSync(join(other, 'big.bin'));
    execFileSync('mkfifo', [join(other, 'big.bin')]);
    stage.attempt();
    await world.ended(job);
  }
}

async function sparse(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.path('source', 'sparse');
  mkdirSync(tree, { recursive: true });
  const path = join(tree, 'sparse.bin');
  writeFileSync(path, '');
  truncateSync(path, 64 * 1024 ** 3);
  execFileSync('dd', [
    'if=/dev/urandom',
    `of=${path}`,
    'bs=4096',
    'seek=5000000',
    'count=4',
    'conv=notrunc',
    'status=none',
  ]);
  const run = await world.send(tree);
  if (run.code !== 0) throw violated('I3', run.stdout.slice(-500));
  const there = statSync(join(world.bob.inbox, 'sparse', 'sparse.bin'));
  if (there.size !== statSync(path).size || there.blocks > 1_000) {
    throw violated('I2', `${there.size} bytes in ${there.blocks} blocks`);
  }
  stage.attempt();
}

/** Links, attributes, set-user-id: each is kept or listed, and no right comes over. */
async function variety(stage: FaultStage): Promise<void> {
  const world = await stage.world();
  const tree = world.tree('tree', { files: 5 });
  world.unwatch(tree);
  const file = join(tree, 'file');
  writeFileSync(file, 'content');
  execFileSync('ln', [file, join(tree, 'hard')]);
  execFileSync('chmod', ['4755', file]);
  writeFileSync(join(tree, 'tool'), 'x');
  execFileSync('chmod', ['2755', join(tree, 'tool')]);
  const run = await world.send(tree);
  if (run.code !== 0 && run.code !== 1) throw violated('I3', run.stdout.slice(-500));
  const there = join(world.bob.inbox, 'tree');
  for (const name of ['file', 'tool']) {
    if ((statSync(join(there, name)).mode & 0o6000) !== 0) throw violated('I2', `${name} got a right`);
  }
  if (statSync(join(there, 'file')).ino !== statSync(join(there, 'hard')).ino) {
    throw violated('I2', 'a hard link was lost and not listed');
  }
  stage.attempt(3);
}

async function unreadable(stage: FaultStage): Promise<void> {
  const by = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const world = await stage.world();
  const home = world.path('nobody');
  mkdirSync(home);
  const tree = world.tree('tree', { files: 10 });
  const path = join(tree, 'small', 'group-0', 'folder-0', 'file-1.bin');
  execFileSync('chmod', ['000', path]);
  world.watch(tree);
  execFileSync('chmod', ['-R', 'a+rX', world.path('source')]);
  execFileSync('chmod', ['000', path]);
  execFileSync('chmod', ['a+rx', world.world.folder]);
  execFileSync('chown', ['-R', '65534', home]);
  const nobody = { by, env: { FERRY_HOME: home } };
  const send = world.anna.start(['send', tree, '--json'], nobody);
  const waiting = await send.waitFor({ kind: 'waiting' }, 60_000);
  const [address = ''] = waiting['addresses'] as readonly string[];
  const run = await world.bob.run(['receive', '-a', address, join(world.bob.inbox, 'from nobody')], {
    code: String(waiting['code']),
  });
  const problems = (run.result?.['problems'] ?? []) as readonly { code: string }[];
  if (run.code !== 1 || problems[0]?.code !== 'unreadable') throw violated('I3', run.stdout.slice(-500));
  execFileSync('chmod', ['644', path]);
  world.unwatch(tree);
  stage.attempt();
}

export const SOURCE_ROWS: readonly FaultRow[] = [
  {
    id: 'F1',
    name: 'grows, shrinks, rewritten, touched',
    how: 'a large file is changed at a random moment of its copy',
    needs: [],
    floor: { full: 40, reduced: 2 },
    run: (stage) => {
      const kinds = Object.values(MUTATIONS);
      return moving(stage, (path, round) => kinds[round % kinds.length]?.(path, round));
    },
  },
  {
    id: 'F2',
    name: 'vanishes, replaced by rename',
    how: 'the same, by unlink and rename',
    needs: [],
    floor: { full: 20, reduced: 0 },
    run: (stage) =>
      moving(stage, (path, round) => {
        if (round % 2 === 0) return rmSync(path);
        writeFileSync(`${path}.new`, Buffer.alloc(5 * MIB, round));
        renameSync(`${path}.new`, path);
      }),
  },
  {
    id: 'F3',
    name: 'same size and time, new bytes',
    how: 'touch -r, then --checksum',
    needs: [],
    floor: { full: 5, reduced: 0 },
    run: sameSizeAndTime,
  },
  {
    id: 'F4',
    name: 'FIFO, socket, /proc file',
    how: 'in the tree, and in the place of a file after it was listed',
    needs: [],
    floor: { full: 10, reduced: 0 },
    run: special,
  },
  {
    id: 'F5',
    name: 'sparse',
    how: 'a hole of 64 GiB around some data',
    needs: [],
    floor: { full: 1, reduced: 0 },
    run: sparse,
  },
  {
    id: 'F6',
    name: 'hard links, setuid, setgid',
    how: 'a tree with them',
    needs: [],
    floor: { full: 3, reduced: 0 },
    run: variety,
  },
  {
    id: 'F7',
    name: 'unreadable files',
    how: 'mode 000, sent by another user',
    needs: ['another-user'],
    floor: { full: 1, reduced: 0 },
    run: unreadable,
  },
];
