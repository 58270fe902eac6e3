import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBigFile } from '../tools/trees/big-file.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { type Device, type Run, toRun, World } from './device.ts';
import { eventually } from './eventually.ts';
import { describeIfPossible } from './needs.ts';
import { expectSame } from './sample-tree.ts';

const MB = 1_000_000;
const STATE_MS = 60_000;

const holders: ChildProcess[] = [];
let world: World;
let anna: Device;
beforeAll(async () => {
  world = await World.create();
  anna = await world.serving('anna');
});
afterAll(async () => {
  for (const holder of holders) holder.kill();
  await world[Symbol.asyncDispose]();
});

/** A device whose inbox is a file system of its own, which outlives it and which nobody else sees. */
class SmallDevice {
  readonly device: Device;
  readonly #holder: ChildProcess;

  constructor(device: Device, holder: ChildProcess) {
    this.device = device;
    this.#holder = holder;
  }

  static async start(name: string, options: string): Promise<SmallDevice> {
    const device = await world.device(name);
    const store = world.path(name, 'store');
    await mkdir(store);
    const mount = `mount -t tmpfs -o ${options} tmpfs '${store}' && mount --bind '${store}' '${device.inbox}'`;
    const holder = spawn('unshare', ['--mount', 'sh', '-c', `${mount} && echo there && exec sleep 900`]);
    holders.push(holder);
    await once(holder.stdout, 'data');
    const small = new SmallDevice(device, holder);
    await small.serve();
    await anna.pairWith(device);
    return small;
  }

  async serve(by: readonly string[] = []): Promise<void> {
    const inside = ['nsenter', `--target=${this.#holder.pid}`, '--mount'];
    await this.device.serve(['--accept', 'paired'], { by: [...inside, ...by] });
  }

  /** Its inbox, as it is now, from outside. */
  path(...names: readonly string[]): string {
    return join(`/proc/${this.#holder.pid}/root${this.device.inbox}`, ...names);
  }

  /** Runs a command that sees what it sees. */
  inside(...command: readonly string[]): void {
    execFileSync('nsenter', [`--target=${this.#holder.pid}`, '--mount', ...command]);
  }

  async remount(options: string): Promise<void> {
    this.inside('mount', '-o', `remount,${options}`, world.path(this.device.name, 'store'));
  }

  async umount(): Promise<void> {
    this.inside('umount', '--lazy', this.device.inbox);
  }

  async mount(): Promise<void> {
    this.inside('mount', '--bind', world.path(this.device.name, 'store'), this.device.inbox);
  }

  /** What it says of its only job. */
  async job(): Promise<Record<string, unknown>> {
    return (await this.device.run(['jobs'])).lines[0] ?? {};
  }
}

/** What a person sees there. */
async function visible(small: SmallDevice): Promise<string[]> {
  return (await readdir(small.path())).filter((name) => !name.endsWith('.part'));
}

/** A big file among small ones. */
function createTree(path: string, bytes: number): void {
  createBigFile(join(path, 'big'), bytes);
  createSmallFiles(join(path, 'small'), { files: 20 });
}

function expectDone(run: Run): void {
  expect(run.stderr).toBe('');
  expect([run.code, run.error, run.result?.['state']]).toEqual([0, null, 'done']);
}

/** What a file takes is what counts, not how long it says it is. */
async function expectSparse(small: SmallDevice): Promise<void> {
  const sparse = world.path('holes.bin');
  await writeFile(sparse, Buffer.alloc(4 * MB, 'data'));
  await truncate(sparse, 2_000 * MB);
  const order = ['send', sparse, '--to', small.device.name];
  const dry = await anna.run([...order, '--dry-run']);
  const needed = Number(dry.lines.find(({ kind }) => kind === 'preflight')?.['neededBytes']);
  expect(needed).toBeGreaterThanOrEqual(4 * MB);
  expect(needed).toBeLessThan(5 * MB);
  expectDone(await anna.run(order));
  const { size, blocks } = await stat(small.path('holes.bin'));
  expect([size, blocks * 512 < 5 * MB]).toEqual([2_000 * MB, true]);
}

describeIfPossible('destinations that are full', () => {
  it('too little space: waits before the first byte, says on both sides how much is missing, goes on', async () => {
    const small = await SmallDevice.start('space', 'size=8m');
    const tree = world.path('much');
    createTree(tree, 20 * MB);
    const dry = await anna.run(['send', tree, '--to', 'space', '--dry-run']);
    expect([dry.code, dry.error]).toEqual([5, 'no-space']);
    const preflight = dry.lines.find(({ kind }) => kind === 'preflight');
    expect(preflight).toMatchObject({ fileSystem: 'tmpfs', canWrite: true, maxFileBytes: null, badNames: 0 });
    expect(Number(preflight?.['neededBytes'])).toBeGreaterThan(20 * MB);
    expect(Number(preflight?.['freeBytes'])).toBeLessThan(8.4 * MB);
    expect(await readdir(small.path())).toEqual([]);
    const sending = anna.start(['send', tree, '--to', 'space', '--json']);
    const told = await sending.waitFor({ kind: 'progress', waitingFor: 'space' }, STATE_MS);
    expect(told['waitingDetail']).toMatchObject({ code: 'no-space' });
    const detail = await eventually('what is missing', async () => {
      const { waitingDetail } = await small.job();
      const known = waitingDetail as { neededBytes: number; freeBytes: number | null } | null;
      return typeof known?.freeBytes === 'number' ? known : null;
    });
    expect(detail).toMatchObject({ code: 'no-space', message: expect.stringContaining('no space left') });
    expect(detail.neededBytes - (detail.freeBytes ?? 0)).toBeGreaterThan(11 * MB);
    expect(await visible(small)).toEqual([]);
    await small.remount('size=64m');
    expectDone(await toRun(sending));
    await expectSame(tree, small.path('much'));
    expect(await readdir(small.path())).toEqual(['much']);
    await expectSparse(small);
  });

  it('no inodes: says so, and goes on with more of them', async () => {
    const small = await SmallDevice.start('inodes', 'size=64m,nr_inodes=60');
    const tree = world.path('many');
    createSmallFiles(tree, { files: 200 });
    const sending = anna.start(['send', tree, '--to', 'inodes', '--json']);
    const told = await sending.waitFor({ kind: 'progress', waitingFor: 'space' }, STATE_MS);
    expect(told['waitingDetail']).toMatchObject({ code: 'no-inodes' });
    await small.remount('nr_inodes=1000');
    expectDone(await toRun(sending));
    await expectSame(tree, small.path('many'));
  });

  it('filled by somebody else: paused, resumed, restarted, and then whole', async () => {
    const small = await SmallDevice.start('late', 'size=24m');
    const tree = world.path('much-late');
    createTree(tree, 12 * MB);
    const sending = anna.start(['send', tree, '--to', 'late', '--limit', '4MB/s', '--json']);
    await sending.waitFor({ kind: 'progress', state: 'running', complete: true }, STATE_MS);
    await writeFile(small.path('filler'), Buffer.alloc(18 * MB)).catch(() => undefined);
    const told = await sending.waitFor({ kind: 'progress', waitingFor: 'space' }, STATE_MS);
    const job = String(told['job']);
    expect((await small.device.run(['pause', job])).code).toBe(0);
    expect(await small.job()).toMatchObject({ state: 'waiting', waitingFor: 'paused' });
    expect((await small.device.run(['resume', job])).code).toBe(0);
    await eventually('it waits again', async () => (await small.job())['waitingFor'] === 'space');
    await small.device.served.stop('SIGKILL');
    await small.serve();
    await eventually('it still waits', async () => (await small.job())['waitingFor'] === 'space');
    await rm(small.path('filler'));
    expectDone(await toRun(sending));
    await expectSame(tree, small.path('much-late'));
    expect(await readdir(small.path())).toEqual(['much-late']);
  });

  it('a command that is not watched gives up in time; what waits can be cancelled', async () => {
    const small = await SmallDevice.start('short', 'size=4m');
    const tree = world.path('much-short');
    createTree(tree, 8 * MB);
    const run = await anna.run(['send', tree, '--to', 'short', '--patience', '1']);
    expect([run.code, run.error]).toEqual([5, 'no-space']);
    const job = await small.job();
    expect(job).toMatchObject({ state: 'waiting', waitingFor: 'space' });
    expect((await small.device.run(['cancel', String(job['job'])])).code).toBe(0);
    expect(await small.job()).toMatchObject({ state: 'cancelled' });
  });

  it('two jobs do not count on the same free space', async () => {
    const small = await SmallDevice.start('shared', 'size=24m');
    const [one, other] = [world.path('one'), world.path('other')];
    createBigFile(join(one, 'big'), 16 * MB);
    createBigFile(join(other, 'big'), 16 * MB);
    const first = anna.start(['send', one, '--to', 'shared', '--limit', '4MB/s', '--json']);
    await first.waitFor({ kind: 'progress', state: 'running', complete: true }, STATE_MS);
    const second = anna.start(['send', other, '--to', 'shared', '--json']);
    const told = await second.waitFor({ kind: 'progress', waitingFor: 'space' }, STATE_MS);
    expect(told).toMatchObject({ bytes: 0 });
    expectDone(await toRun(first));
    await small.remount('size=64m');
    expectDone(await toRun(second));
    await expectSame(other, small.path('other'));
  });

  it('read-only in the middle: waits for the disk, and goes on when it can be written to', async () => {
    const small = await SmallDevice.start('readonly', 'size=64m');
    const tree = world.path('much-ro');
    createSmallFiles(tree, { files: 1500 });
    const sending = anna.start(['send', tree, '--to', 'readonly', '--limit', '2MB/s', '--json']);
    await sending.waitFor({ kind: 'progress', state: 'running', complete: true }, STATE_MS);
    // Refused while a file is open for writing.
    await eventually('it is read-only', () => {
      try {
        small.inside('mount', '-o', 'remount,bind,ro', small.device.inbox);
        return true;
      } catch {
        return false;
      }
    });
    const told = await sending.waitFor({ kind: 'progress', waitingFor: 'disk' }, STATE_MS);
    expect(told['waitingDetail']).toMatchObject({ code: 'read-only', neededBytes: null });
    small.inside('mount', '-o', 'remount,bind,rw', small.device.inbox);
    expectDone(await toRun(sending));
    await expectSame(tree, small.path('much-ro'));
  });

  it('unmounted in the middle: nothing is written below, and it goes on when it is back', async () => {
    const small = await SmallDevice.start('gone', 'size=64m');
    const tree = world.path('much-gone');
    createTree(tree, 12 * MB);
    const sending = anna.start(['send', tree, '--to', 'gone', '--limit', '4MB/s', '--json']);
    await sending.waitFor({ kind: 'progress', state: 'running', complete: true }, STATE_MS);
    await small.umount();
    const told = await sending.waitFor({ kind: 'progress', waitingFor: 'disk' }, STATE_MS);
    expect(told['waitingDetail']).toMatchObject({ code: 'destination-gone' });
    await small.device.served.stop('SIGKILL');
    await small.serve();
    await eventually('it still waits', async () => (await small.job())['waitingFor'] === 'disk');
    expect(await readdir(small.path())).toEqual([]);
    await small.mount();
    expectDone(await toRun(sending));
    await expectSame(tree, small.path('much-gone'));
    expect(await readdir(small.path())).toEqual(['much-gone']);
  });
});
