import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attach } from '../src/daemon/index.ts';
import { DEFAULT_COPY_OPTIONS } from '../src/shared/copy-options.ts';
import type { CallInput, CallName, CallOutput, EngineApi } from '../src/shared/engine-api.ts';
import { ENDED_STATES, type JobView } from '../src/shared/job.ts';
import { createBigFile } from '../tools/trees/big-file.ts';
import { type Device, World } from './device.ts';
import { eventually } from './eventually.ts';
import { expectSame } from './sample-tree.ts';

const MB = 1_000_000;
const SLOW = { ...DEFAULT_COPY_OPTIONS, limitBytesPerSecond: 4 * MB };

/** The engine that a device serves with, as a client of its control socket. */
async function apiOf(device: Device): Promise<EngineApi> {
  const engine = { port: 0, listen: null, name: null, inbox: null, accept: 'none', announce: false } as const;
  const env = { ...process.env, FERRY_HOME: device.home };
  const session = await attach(
    { env, verbose: false, answersOffers: false, engine },
    AbortSignal.timeout(5_000),
  );
  if (session === null) throw new Error(`${device.name} does not serve`);
  return session.api;
}

/** One engine and what it is asked. */
class Side {
  readonly device: Device;
  readonly #api: EngineApi;

  constructor(device: Device, api: EngineApi) {
    this.device = device;
    this.#api = api;
  }

  async call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    return await this.#api.call(name, input, AbortSignal.timeout(20_000));
  }

  async job(job: string): Promise<JobView> {
    return await this.call('jobs.get', { job });
  }

  /** Waits until the job is as wanted here. */
  async until(job: string, what: string, holds: (view: JobView) => boolean): Promise<JobView> {
    return await eventually(`${this.device.name}: ${what}`, async () => {
      const view = await this.job(job).catch(() => null);
      return view !== null && holds(view) && view;
    });
  }

  async ended(job: string): Promise<JobView> {
    return await this.until(job, 'has ended', ({ state }) => ENDED_STATES.has(state));
  }
}

async function sides(world: World, flags: readonly string[] = ['--accept', 'paired']) {
  const [anna, bob] = await world.servingPair(flags);
  return [new Side(anna, await apiOf(anna)), new Side(bob, await apiOf(bob))] as const;
}

/** A folder with a small file and a large one, on its way slowly. */
async function sendSlowly(world: World, anna: Side, name = 'tree') {
  const tree = world.path(name);
  await mkdir(join(tree, 'empty'), { recursive: true });
  await writeFile(join(tree, 'small'), 'small');
  createBigFile(join(tree, 'large'), 32 * MB);
  const [sent] = await anna.call('jobs.send', { paths: [tree], to: ['bob'], options: SLOW });
  const job = sent?.job ?? '';
  await anna.until(job, 'some of it has come', ({ progress }) => progress.bytes > MB);
  return { tree, job };
}

describe.concurrent('pause', () => {
  it('holds on both sides, whichever asked for it, until either goes on', async () => {
    await using world = await World.create();
    const [anna, bob] = await sides(world);
    const { tree, job } = await sendSlowly(world, anna);
    const paused = { state: 'waiting', waitingFor: 'paused' };

    const pause = await anna.device.run(['pause', job.slice(0, 8)]);
    expect(pause.lines).toMatchObject([{ kind: 'progress', ...paused }]);
    expect(await anna.job(job)).toMatchObject({ ...paused, pausedBy: 'here' });
    expect(await bob.job(job)).toMatchObject({ ...paused, pausedBy: 'peer' });
    // What was asked for arrives, then nothing does; the source is told of the last of it too.
    const isQuiet = ({ progress }: JobView) => progress.streamSpeeds.every((speed) => speed === 0);
    const { bytes } = (await bob.until(job, 'is quiet', isQuiet)).progress;
    const last = await anna.until(job, 'knows it', ({ progress }) => progress.bytes === bytes);
    expect(last.progress).toMatchObject({ bytesPerSecond: 0, secondsLeft: null });
    expect(bytes).toBeLessThan(32 * MB);

    expect(await bob.device.run(['resume', job])).toMatchObject({ code: 0 });
    expect(await bob.job(job)).toMatchObject({ state: 'running', pausedBy: null });
    await anna.until(job, 'goes on', ({ state, pausedBy }) => state === 'running' && pausedBy === null);
    await bob.call('jobs.pause', { job });
    expect(await bob.job(job)).toMatchObject({ ...paused, pausedBy: 'here' });
    await anna.until(job, 'mirrors it', ({ pausedBy }) => pausedBy === 'peer');
    await anna.call('jobs.resume', { job });
    expect(await bob.job(job)).toMatchObject({ state: 'running', pausedBy: null });

    expect(await anna.ended(job)).toMatchObject({ state: 'done', cancelledBy: null, pausedBy: null });
    await expectSame(tree, join(bob.device.inbox, 'tree'));
  });

  it('is not needed to leave room for others: a copy that moves is slowed and let go at one wish', async () => {
    await using world = await World.create();
    const [anna, bob] = await sides(world);
    const file = world.path('file');
    createBigFile(file, 64 * MB);
    const set = (gentleBytesPerSecond: number | null) =>
      anna.call('settings.update', { change: { gentleBytesPerSecond } });
    // So slow that it would take a minute.
    await set(1_000_000);
    const order = { paths: [file], to: ['bob'], options: DEFAULT_COPY_OPTIONS };
    const [sent] = await anna.call('jobs.send', order);
    const job = sent?.job ?? '';
    await anna.until(job, 'is slowed', ({ progress }) => progress.limitedBy === 'own-limit');
    await bob.until(job, 'knows by whom', ({ progress }) => progress.limitedBy === 'peer-limit');
    await set(null);
    expect(await anna.ended(job)).toMatchObject({ state: 'done' });
  });

  it('is refused before anybody has accepted, and for what has ended', async () => {
    await using world = await World.create();
    const [anna, bob] = await sides(world, ['--accept', 'ask']);
    await writeFile(world.path('note'), 'hello');
    const order = { paths: [world.path('note')], to: ['bob'], options: DEFAULT_COPY_OPTIONS };
    const [sent] = await anna.call('jobs.send', order);
    const job = sent?.job ?? '';
    await anna.until(job, 'asks', ({ waitingFor }) => waitingFor === 'approval');
    const early = await anna.device.run(['pause', job]);
    expect([early.code, early.error]).toEqual([2, 'usage']);
    const answer = { job, into: null, always: null, onConflict: null };
    await eventually('the offer is there', async () => {
      return await bob.call('offers.accept', answer).catch(() => null);
    });
    await anna.ended(job);
    expect(await anna.device.run(['pause', job])).toMatchObject({ code: 8, error: 'unknown-job' });
  });
});

describe.concurrent('cancel', () => {
  it('from the source, keeping nothing: nothing stays', async () => {
    await using world = await World.create();
    const [anna, bob] = await sides(world);
    const { job } = await sendSlowly(world, anna);
    expect((await bob.job(job)).parts).toHaveLength(1);
    const cancel = await anna.device.run(['cancel', job, '--keep', 'nothing']);
    expect(cancel.result).toMatchObject({ state: 'cancelled' });
    expect(await anna.job(job)).toMatchObject({ state: 'cancelled', cancelledBy: 'here' });
    expect(await bob.ended(job)).toMatchObject({ state: 'cancelled', cancelledBy: 'peer', parts: [] });
    expect(await readdir(bob.device.inbox)).toEqual([]);
  });

  it('from the destination, keeping what arrived: whole files get their place', async () => {
    await using world = await World.create();
    const [anna, bob] = await sides(world);
    const { job } = await sendSlowly(world, anna);
    expect(await bob.device.run(['jobs', 'finish', job])).toMatchObject({ code: 0 });
    expect(await bob.job(job)).toMatchObject({
      ...{ state: 'cancelled', cancelledBy: 'here', parts: [], question: null },
      result: { files: 1, folders: 2, problems: [] },
    });
    expect((await readdir(join(bob.device.inbox, 'tree'))).sort()).toEqual(['empty', 'small']);
    expect(await anna.ended(job)).toMatchObject({ state: 'cancelled', cancelledBy: 'peer' });
  });

  it('by default keeps parts, and `jobs clean` removes them', async () => {
    await using world = await World.create();
    const [anna, bob] = await sides(world);
    const { job } = await sendSlowly(world, anna);
    await anna.device.run(['cancel', job]);
    const { parts } = await bob.ended(job);
    expect(parts.map((part) => existsSync(part))).toEqual([true]);
    await bob.device.run(['jobs', 'clean']);
    expect(await readdir(bob.device.inbox)).toEqual([]);
  });

  it('keeping nothing also removes what a killed engine left', async () => {
    await using world = await World.create();
    const [anna, bob] = await sides(world);
    const { job } = await sendSlowly(world, anna);
    await bob.device.served.stop('SIGKILL');
    await anna.device.served.stop('SIGKILL');
    expect(await readdir(bob.device.inbox)).toHaveLength(1);
    expect(await bob.device.run(['cancel', job, '--keep', 'nothing'])).toMatchObject({ code: 0 });
    expect(await readdir(bob.device.inbox)).toEqual([]);
    expect((await bob.device.run(['jobs'])).lines).toMatchObject([{ job, state: 'cancelled', parts: [] }]);
  });
});

describe.concurrent('finish', () => {
  it('keeps what arrived of a job that nobody drives any more', async () => {
    await using world = await World.create();
    const [anna, bob] = await sides(world);
    const { job } = await sendSlowly(world, anna);
    await bob.device.served.stop('SIGKILL');
    await anna.device.served.stop('SIGKILL');
    expect(await bob.device.run(['jobs', 'finish', job])).toMatchObject({ code: 0 });
    expect((await readdir(join(bob.device.inbox, 'tree'))).sort()).toEqual(['empty', 'small']);
    expect(await readdir(bob.device.inbox)).toEqual(['tree']);
    expect((await bob.device.run(['jobs'])).lines).toMatchObject([{ job, state: 'cancelled', parts: [] }]);
  });
});

describe.concurrent('a source that wishes that the destination is asked about clashes', () => {
  /** `same` is there with other content, `free` is not there. */
  async function offer(world: World, anna: Side, bob: Side) {
    const tree = world.path('tree');
    const there = join(bob.device.inbox, 'tree');
    for (const path of [tree, there]) await mkdir(path);
    await writeFile(join(tree, 'free'), 'free');
    await writeFile(join(tree, 'same'), 'from anna');
    await writeFile(join(there, 'same'), 'of bob');
    const options = { ...DEFAULT_COPY_OPTIONS, onConflict: 'ask' } as const;
    const order = { paths: [tree], to: ['bob'], options };
    const [sent] = await anna.call('jobs.send', order);
    return { job: sent?.job ?? '', there };
  }

  it('sees that somebody is asked, and the answer there settles it', async () => {
    await using world = await World.create();
    const [anna, bob] = await sides(world, ['--accept', 'ask']);
    const { job, there } = await offer(world, anna, bob);
    const accept = { job, into: null, always: null, onConflict: null };
    await eventually('the offer is there', async () => {
      return await bob.call('offers.accept', accept).catch(() => null);
    });
    const asked = await bob.until(job, 'asks', ({ waitingFor }) => waitingFor === 'answer');
    expect(asked.question).toMatchObject({
      ...{ count: 1, complete: true },
      clashes: [{ path: 'tree/same', theirs: { bytes: 9 }, ours: { bytes: 6 } }],
    });
    expect(await readFile(join(there, 'free'), 'utf8')).toBe('free');
    const mirror = await anna.until(job, 'sees it', ({ waitingFor }) => waitingFor === 'answer');
    expect(mirror.question).toEqual({ count: 1, complete: true, clashes: [] });
    const answer = { job, policy: 'replace', choices: [] } as const;
    await expect(anna.call('jobs.answer', answer)).rejects.toMatchObject({
      code: 'usage',
    });
    expect(await bob.call('jobs.answer', answer)).toMatchObject({ question: null });
    expect(await anna.ended(job)).toMatchObject({ state: 'done', question: null });
    expect(await readFile(join(there, 'same'), 'utf8')).toBe('from anna');
  });

  it('gets both kept where everything is accepted and nobody is there', async () => {
    await using world = await World.create();
    const [anna, bob] = await sides(world);
    const { job, there } = await offer(world, anna, bob);
    expect(await anna.ended(job)).toMatchObject({ state: 'done' });
    expect((await readdir(there)).sort()).toEqual(['free', 'same', 'same (2)']);
  });

  it('is overruled by who accepts it', async () => {
    await using world = await World.create();
    const [anna, bob] = await sides(world, ['--accept', 'ask']);
    const { job, there } = await offer(world, anna, bob);
    const accept = { job, into: null, always: null, onConflict: 'skip' } as const;
    await eventually('the offer is there', async () => {
      return await bob.call('offers.accept', accept).catch(() => null);
    });
    expect(await anna.ended(job)).toMatchObject({ state: 'partial' });
    expect(await readFile(join(there, 'same'), 'utf8')).toBe('of bob');
  });
});
