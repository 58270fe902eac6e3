import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBigFile } from '../tools/trees/big-file.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { type Device, type Run, toRun, World } from './device.ts';
import { describeIfPossible } from './needs.ts';
import { expectSame } from './sample-tree.ts';

const MB = 1_000_000;

let world: World;
let anna: Device;
let bob: Device;
const tracers: ChildProcess[] = [];
beforeAll(async () => {
  world = await World.create();
  [anna, bob] = await world.servingPair();
});
afterAll(async () => {
  for (const tracer of tracers) tracer.kill();
  await world[Symbol.asyncDispose]();
});

/** Threads of bob's engine that write the blocks of large files, and the database never. */
async function writingThreads(): Promise<string[]> {
  const tasks = `/proc/${bob.served.pid}/task`;
  const isWriting = async (id: string) =>
    (await readFile(join(tasks, id, 'comm'), 'utf8')).startsWith('libuv-worker');
  const ids = await readdir(tasks);
  const writes = await Promise.all(ids.map(isWriting));
  return ids.filter((_, at) => writes[at]);
}

/** Lets system calls of bob's engine fail, as `strace -e inject` puts it, until the returned process is stopped. */
async function inject(fault: string, threads: readonly string[] | null = null): Promise<ChildProcess> {
  const call = fault.slice(0, fault.indexOf(':'));
  const whom = threads === null ? ['-f', '-p', String(bob.served.pid)] : threads.flatMap((id) => ['-p', id]);
  const args = [...whom, '-e', `trace=${call}`, '-e', `inject=${fault}`];
  const tracer = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  tracers.push(tracer);
  await once(tracer.stderr, 'data');
  return tracer;
}

async function stop(tracer: ChildProcess): Promise<void> {
  tracer.kill('SIGINT');
  await once(tracer, 'exit');
}

async function expectWhole(run: Run, tree: string, name: string): Promise<void> {
  expect([run.code, run.error, run.result?.['state']]).toEqual([0, null, 'done']);
  await expectSame(tree, join(bob.inbox, name));
  expect((await readdir(bob.inbox)).filter((entry) => entry.endsWith('.part'))).toEqual([]);
}

describeIfPossible('disks that report errors', () => {
  it('a sync of the whole file system that fails once: nothing of it is believed, all is written again', async () => {
    const tree = world.path('many');
    createSmallFiles(tree, { files: 300 });
    const tracer = await inject('syncfs:error=EIO:when=1');
    const run = await anna.run(['send', tree, '--to', 'bob']);
    await stop(tracer);
    expect(run.lines.find((line) => line['waitingFor'] === 'disk')).toMatchObject({
      waitingDetail: { code: 'io' },
    });
    await expectWhole(run, tree, 'many');
  });

  it('a sync of one file that fails once: it is written again', async () => {
    const tree = world.path('few');
    createSmallFiles(tree, { files: 10 });
    const tracer = await inject('fsync:error=EIO:when=4');
    const run = await anna.run(['send', tree, '--to', 'bob']);
    await stop(tracer);
    await expectWhole(run, tree, 'few');
  });

  it('a rename that fails once: the file has no name, and gets it in the next run', async () => {
    const tree = world.path('named');
    createSmallFiles(tree, { files: 10 });
    const tracer = await inject('renameat2:error=EIO:when=1');
    const run = await anna.run(['send', tree, '--to', 'bob']);
    await stop(tracer);
    await expectWhole(run, tree, 'named');
  });

  it('a write that fails once: waits for the disk, and writes it again', async () => {
    const tree = world.path('big');
    createBigFile(join(tree, 'big'), 40 * MB);
    const tracer = await inject('pwrite64:error=EIO:when=3', (await writingThreads()).slice(0, 1));
    const run = await anna.run(['send', tree, '--to', 'bob']);
    await stop(tracer);
    expect(run.lines.find((line) => line['waitingFor'] === 'disk')).toMatchObject({
      waitingDetail: { code: 'io' },
    });
    await expectWhole(run, tree, 'big');
  });

  it('a file that cannot be written is listed, and the others go on', async () => {
    const tree = world.path('mixed');
    // Content of its own: what bob has already is not written block by block.
    createBigFile(join(tree, 'big'), 40 * MB, 'mixed');
    createSmallFiles(join(tree, 'small'), { files: 10 });
    const tracer = await inject('pwrite64:error=EIO', await writingThreads());
    const run = await anna.run(['send', tree, '--to', 'bob']);
    await stop(tracer);
    expect([run.code, run.error, run.result?.['state']]).toEqual([1, null, 'partial']);
    expect(run.result?.['problems']).toMatchObject([{ path: 'mixed/big', code: 'io' }]);
    await expectSame(join(tree, 'small'), join(bob.inbox, 'mixed', 'small'));
  });

  it('a quota: says so, and goes on when there is room', async () => {
    const tree = world.path('quota');
    createBigFile(join(tree, 'big'), 20 * MB, 'quota');
    const tracer = await inject('pwrite64:error=EDQUOT', await writingThreads());
    const sending = anna.start(['send', tree, '--to', 'bob', '--json']);
    const told = await sending.waitFor({ kind: 'progress', waitingFor: 'space' });
    expect(told['waitingDetail']).toMatchObject({ code: 'over-quota', freeBytes: null });
    await stop(tracer);
    await expectWhole(await toRun(sending), tree, 'quota');
  });
});
