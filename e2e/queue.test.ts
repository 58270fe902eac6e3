import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_COPY_OPTIONS } from '../src/shared/copy-options.ts';
import type { JobView } from '../src/shared/job.ts';
import { createBigFile } from '../tools/trees/big-file.ts';
import { type Device, World } from './device.ts';
import { EngineSide } from './engine-side.ts';

const MB = 1_000_000;
/** Each of these takes half a minute, which no test here waits for. */
const SLOW = { ...DEFAULT_COPY_OPTIONS, limitBytesPerSecond: MB };

const isMoving = ({ state, queuePlace }: JobView) => state === 'running' && queuePlace === null;
const isNumber = (place: number) => (view: JobView) =>
  view.waitingFor === 'turn' && view.queuePlace === place;

/** Sends that many large files, one job each, and returns the jobs in their order. */
async function sendMany(world: World, from: EngineSide, to: Device, count: number, prefix = 'file') {
  const jobs: string[] = [];
  for (let index = 0; index < count; index++) {
    const path = world.path(`${prefix}-${index}`);
    createBigFile(path, 30 * MB);
    const [sent] = await from.call('jobs.send', { paths: [path], to: [to.name], options: SLOW });
    const job = sent?.job ?? '';
    jobs.push(job);
    await from.until(
      job,
      'is accepted',
      ({ state, waitingFor }) => state === 'running' || waitingFor === 'turn',
    );
  }
  return jobs;
}

async function pair(world: World) {
  const [anna, bob] = await world.servingPair();
  return [await EngineSide.open(anna), await EngineSide.open(bob)] as const;
}

describe.concurrent('the queue at a destination', { timeout: 90_000 }, () => {
  it('lets three run, numbers the others on both sides, and is put in order from either', async () => {
    await using world = await World.create();
    const [anna, bob] = await pair(world);
    using _anna = anna;
    using _bob = bob;
    const [a = '', b = '', c = '', d = '', e = ''] = await sendMany(world, anna, bob.device, 5);
    for (const job of [a, b, c]) await bob.until(job, 'moves', isMoving);
    for (const side of [anna, bob]) {
      await side.until(d, 'is first', isNumber(1));
      await side.until(e, 'is second', isNumber(2));
    }
    // What waits has not been asked for.
    expect((await bob.job(d)).progress).toMatchObject({ bytes: 0, streams: 0, totalBytes: 30 * MB });

    await bob.call('jobs.reorder', { job: e, before: d });
    await anna.until(e, 'is first', isNumber(1));
    await anna.until(d, 'is second', isNumber(2));
    await anna.call('jobs.reorder', { job: e, before: null });
    await bob.until(d, 'is first', isNumber(1));
    expect(await bob.job(e)).toMatchObject({ queuePlace: 2 });
    for (const side of [anna, bob]) {
      await expect(side.call('jobs.reorder', { job: a, before: null })).rejects.toMatchObject({
        code: 'usage',
      });
    }

    // A queued job is cancelled, and nothing of it was ever there.
    await anna.call('jobs.cancel', { job: d, keep: 'parts' });
    expect(await bob.ended(d)).toMatchObject({ state: 'cancelled', queuePlace: null, parts: [] });
    await bob.until(e, 'moved up', isNumber(1));
    // The end of one is the turn of the next.
    await bob.call('jobs.cancel', { job: b, keep: 'nothing' });
    await bob.until(e, 'moves', isMoving);
    await anna.until(e, 'moves', isMoving);
    expect((await readdir(bob.device.inbox)).filter((name) => name.startsWith('file-'))).toEqual([]);
    const places = bob.events.flatMap((event) =>
      event.kind === 'job-changed' && event.job.job === e ? [event.job.queuePlace] : [],
    );
    expect(places.filter((place, at) => place !== places[at - 1])).toEqual([null, 2, 1, 2, 1, null]);
  });

  it('passes the place of a paused job on; it comes back at the front', async () => {
    await using world = await World.create();
    const [anna, bob] = await pair(world);
    using _anna = anna;
    using _bob = bob;
    const [a = '', b = '', , d = '', e = ''] = await sendMany(world, anna, bob.device, 5);
    await bob.until(a, 'has begun', ({ progress }) => progress.bytes > 0);
    await anna.call('jobs.pause', { job: a });
    await bob.until(d, 'moves', isMoving);
    await bob.until(e, 'is first', isNumber(1));
    await anna.call('jobs.resume', { job: a });
    await anna.until(a, 'is first', isNumber(1));
    await bob.until(e, 'is second', isNumber(2));
    expect(await bob.job(a)).toMatchObject({ pausedBy: null, waitingFor: 'turn', queuePlace: 1 });

    // One that waits for its turn can be paused, and then is in nobody's way.
    await bob.call('jobs.pause', { job: a });
    expect(await bob.job(a)).toMatchObject({ waitingFor: 'paused', pausedBy: 'here', queuePlace: null });
    await bob.until(e, 'is first', isNumber(1));
    await bob.call('jobs.cancel', { job: b, keep: 'nothing' });
    await bob.until(e, 'moves', isMoving);
    await bob.call('jobs.cancel', { job: d, keep: 'nothing' });
    await bob.call('jobs.resume', { job: a });
    const { progress } = await bob.until(a, 'goes on', isMoving);
    await bob.until(a, 'comes', (view) => view.progress.bytes > progress.bytes);
  });

  it('holds up nobody at a terminal, and passes on the places of a source that is away', async () => {
    await using world = await World.create();
    const [anna, bob] = await pair(world);
    using _anna = anna;
    using _bob = bob;
    const carl = await world.serving('carl');
    await carl.pairWith(bob.device);
    using other = await EngineSide.open(carl);
    await sendMany(world, anna, bob.device, 3);
    // Nobody waits behind all that another device sends.
    const [early = '', late = ''] = await sendMany(world, other, bob.device, 2, 'late');
    await other.until(early, 'moves', isMoving);
    await other.until(late, 'is first', isNumber(1));
    await writeFile(world.path('note'), 'now');
    const { code } = await other.call('jobs.sendWithCode', {
      paths: [world.path('note')],
      options: DEFAULT_COPY_OPTIONS,
    });
    const into = world.path('received');
    const received = await bob.call('jobs.receive', {
      ...{ address: carl.address, code, into },
      options: DEFAULT_COPY_OPTIONS,
    });
    expect(await bob.ended(received.job)).toMatchObject({ state: 'done' });
    expect(await bob.job(late)).toMatchObject({ queuePlace: 1 });
    await anna.device.served.stop('SIGKILL');
    await bob.until(late, 'moves', isMoving, 30_000);
  });

  it('passes on the place of a job that waits for an answer', async () => {
    await using world = await World.create();
    const [anna, bob] = await pair(world);
    using _anna = anna;
    using _bob = bob;
    const [a = '', b = '', c = ''] = await sendMany(world, anna, bob.device, 3);
    await mkdir(join(bob.device.inbox, 'tree'));
    await mkdir(world.path('tree'));
    await writeFile(join(bob.device.inbox, 'tree', 'note'), 'of bob');
    await writeFile(world.path('tree', 'note'), 'from anna');
    const { code } = await anna.call('jobs.sendWithCode', {
      paths: [world.path('tree')],
      options: DEFAULT_COPY_OPTIONS,
    });
    // Asked for by a person, so it begins at once; there is no place for it after that.
    const { job } = await bob.call('jobs.receive', {
      ...{ address: anna.device.address, code, into: bob.device.inbox },
      options: { ...DEFAULT_COPY_OPTIONS, onConflict: 'ask' },
    });
    await bob.until(job, 'asks', ({ waitingFor }) => waitingFor === 'answer');
    const [d = ''] = await sendMany(world, anna, bob.device, 1, 'next');
    await bob.until(d, 'is first', isNumber(1));
    await bob.call('jobs.cancel', { job: a, keep: 'nothing' });
    await bob.until(d, 'moves', isMoving);
    expect([(await bob.job(b)).state, (await bob.job(c)).state]).toEqual(['running', 'running']);
    await bob.call('jobs.answer', { job, policy: 'replace', choices: [] });
    expect(await bob.ended(job)).toMatchObject({ state: 'done' });
  });
});
