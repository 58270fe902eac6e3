import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SOURCE_FRAME } from '../src/engine/wire/data-frame.ts';
import { DEFAULT_COPY_OPTIONS } from '../src/shared/copy-options.ts';
import type { OfferView } from '../src/shared/job.ts';
import { World } from './device.ts';
import { EngineSide } from './engine-side.ts';
import { eventually } from './eventually.ts';
import { FakeDevice, offerOf } from './hostile/fake-device.ts';
import type { SourceConnection } from './hostile/source-connection.ts';
import { enter, file, folder, gift, page, serveByScript } from './hostile/source-script.ts';
import { Victim } from './hostile/victim.ts';
import { expectSame } from './sample-tree.ts';

const FILES = 1_200;

async function pair(world: World) {
  const [anna, bob] = await world.servingPair(['--accept', 'ask']);
  return [await EngineSide.open(anna), await EngineSide.open(bob)] as const;
}

/** A tree of `count` files of ten bytes each. */
async function makeTree(world: World, count = FILES, name = 'tree'): Promise<string> {
  const tree = world.path(name);
  for (let at = 0; at < count; at += 100) {
    const below = join(tree, `folder-${at / 100}`);
    await mkdir(below, { recursive: true });
    const names = Array.from({ length: Math.min(100, count - at) }, (_, index) => join(below, `${index}`));
    await Promise.all(names.map((path) => writeFile(path, 'ten bytes.')));
  }
  return tree;
}

async function send(from: EngineSide, path: string, options = DEFAULT_COPY_OPTIONS): Promise<string> {
  const [sent] = await from.call('jobs.send', { paths: [path], to: ['bob'], options });
  return sent?.job ?? '';
}

/** What was told of an offer so far. */
function told({ events }: EngineSide, job: string): OfferView[] {
  return events.flatMap((event) =>
    event.kind === 'offer-added' && event.offer.job === job ? [event.offer] : [],
  );
}

async function counted(side: EngineSide, job: string): Promise<OfferView> {
  return await eventually('the offer is counted', () => {
    const last = told(side, job).at(-1);
    return last?.clashes?.complete === true && last;
  });
}

describe.concurrent('an offer that waits for a person', { timeout: 90_000 }, () => {
  it('is counted and compared with what is there, and then copied as it is by that time', async () => {
    await using world = await World.create();
    const [anna, bob] = await pair(world);
    using _anna = anna;
    using _bob = bob;
    const tree = await makeTree(world);
    const there = join(bob.device.inbox, 'tree');
    await cp(join(tree, 'folder-0'), join(there, 'folder-0'), { recursive: true });
    for (let index = 0; index < 100; index++) {
      await utimes(join(tree, 'folder-0', `${index}`), 1, 1);
      await utimes(join(there, 'folder-0', `${index}`), 1, index < 3 ? 2 : 1);
    }
    const before = await readdir(bob.device.inbox, { recursive: true });
    const job = await send(anna, tree);
    const offer = await counted(bob, job);
    expect(offer).toMatchObject({
      ...{ files: FILES, bytes: FILES * 10, complete: true },
      clashes: { same: 97, differ: 3, complete: true },
      freeBytes: expect.any(Number),
    });
    expect(await bob.call('offers.list', {})).toEqual([offer]);
    const [first] = told(bob, job);
    expect(first).toMatchObject({ files: 0, complete: false, clashes: null });
    expect(await readdir(bob.device.inbox, { recursive: true })).toEqual(before);
    expect(await anna.job(job)).toMatchObject({ waitingFor: 'approval' });

    await writeFile(join(tree, 'folder-0', 'later'), 'later');
    const into = world.path('elsewhere');
    await bob.call('offers.accept', { job, into, always: null, onConflict: null });
    expect(await anna.ended(job)).toMatchObject({
      state: 'done',
      result: { files: FILES + 1, unchanged: 0 },
    });
    await expectSame(tree, join(into, 'tree'));
    // What was told of it was news each time.
    const offers = told(bob, job).map((view) => JSON.stringify(view));
    expect(new Set(offers).size).toBe(offers.length);
  });

  it('is accepted while it is being counted', async () => {
    await using world = await World.create();
    const [anna, bob] = await pair(world);
    using _anna = anna;
    using _bob = bob;
    const tree = await makeTree(world);
    const job = await send(anna, tree);
    await eventually('the offer is there', () => told(bob, job).length > 0);
    await bob.call('offers.accept', { job, into: null, always: null, onConflict: null });
    expect(await anna.ended(job)).toMatchObject({ state: 'done', result: { files: FILES } });
    await expectSame(tree, join(bob.device.inbox, 'tree'));
  });

  it('does not make the folder it would go to', async () => {
    await using world = await World.create();
    const [anna, bob] = await pair(world);
    using _anna = anna;
    using _bob = bob;
    const { inbox } = bob.device;
    await rm(inbox, { recursive: true });
    const job = await send(anna, await makeTree(world, 10));
    expect(await counted(bob, job)).toMatchObject({
      files: 10,
      into: inbox,
      clashes: { same: 0, differ: 0 },
    });
    await bob.call('offers.decline', { job });
    expect(await anna.ended(job)).toMatchObject({
      state: 'failed',
      result: { failure: { code: 'declined' } },
    });
    expect(existsSync(inbox)).toBe(false);
  });
});

describe.concurrent('a rule with a limit', { timeout: 90_000 }, () => {
  it('is kept to by what is counted, not by what the offer says first', async () => {
    await using world = await World.create();
    const [anna, bob] = await pair(world);
    using _anna = anna;
    using _bob = bob;
    const rule = { into: world.path('from anna'), maxBytes: 1_000 };
    await bob.call('peers.setRule', { peer: 'anna', rule });
    // Folders say nothing of their size at first: ten bytes a file.
    const small = await send(anna, await makeTree(world, 100, 'small'));
    expect(await anna.ended(small)).toMatchObject({ state: 'done', result: { files: 100 } });
    expect(told(bob, small)).toEqual([]);
    expect(await readFile(join(rule.into, 'small', 'folder-0', '7'), 'utf8')).toBe('ten bytes.');

    const large = await send(anna, await makeTree(world, 101, 'large'));
    expect(await counted(bob, large)).toMatchObject({ files: 101, bytes: 1_010, into: rule.into });
    expect(await anna.job(large)).toMatchObject({ waitingFor: 'approval' });
    expect(await readdir(rule.into)).toEqual(['small']);
    await bob.call('offers.accept', { job: large, into: null, always: null, onConflict: null });
    expect(await anna.ended(large)).toMatchObject({ state: 'done' });
    expect((await readdir(rule.into)).sort()).toEqual(['large', 'small']);

    // A file says its size, so there is nothing to count first.
    await writeFile(world.path('note'), 'note');
    const note = await send(anna, world.path('note'));
    expect(await anna.ended(note)).toMatchObject({ state: 'done' });
    expect(told(bob, note)).toEqual([]);
  });

  it('ends a job whose source lists more than it said', async () => {
    await using victim = await Victim.start('ask');
    const device = await FakeDevice.start();
    const peer = await victim.pair(device);
    peer.stayPolite().catch(() => undefined);
    await victim.call('peers.setRule', { peer: 'Hostile', rule: { into: victim.inbox, maxBytes: 1_000 } });
    device.handlers.onData = (at) => serveByScript(at, { pages: gift(600, 600) });
    const offer = offerOf({ complete: true });
    peer.send(offer);
    expect((await victim.ended(offer.job)).result).toMatchObject({
      state: 'failed',
      failure: { code: 'over-cap' },
    });
    expect(await victim.changes()).toEqual([]);
    await device.stop();
  });

  it('asks when it cannot be counted', async () => {
    await using victim = await Victim.start('ask');
    const device = await FakeDevice.start();
    const peer = await victim.pair(device);
    peer.stayPolite().catch(() => undefined);
    device.handlers.onData = async (at) => {
      await at.next();
      at.send({ kind: SOURCE_FRAME.refused, meta: Buffer.from('no-right') });
    };
    await victim.call('peers.setRule', { peer: 'Hostile', rule: { into: victim.inbox, maxBytes: 1_000 } });
    const offer = offerOf();
    peer.send(offer);
    const offers = await eventually('asked', async () => {
      const list = await victim.call('offers.list', {});
      return list.length > 0 && list;
    });
    expect(offers).toMatchObject([{ job: offer.job, files: 1, complete: false, clashes: null }]);
    await device.stop();
  });
});

/** Data connections to a device that lists one page and no more, as they are open now. */
function listWithoutEnd(device: FakeDevice): Set<SourceConnection> {
  const open = new Set<SourceConnection>();
  device.handlers.onData = async (at) => {
    await serveByScript(at, {
      onList: (list) => {
        open.add(list);
        list.connection.socket.once('close', () => open.delete(list));
        list.send({ kind: SOURCE_FRAME.page, meta: page(enter(0), folder('gift'), enter(1), file('a', 7)) });
        return true;
      },
    });
  };
  return open;
}

describe.concurrent('sources that never come to an end of it', { timeout: 90_000 }, () => {
  it('are listened to one offer at a time, two in all, and no longer than the offer waits', async () => {
    await using victim = await Victim.start('ask');
    const devices = await Promise.all([1, 2, 3].map(() => FakeDevice.start()));
    const lists = devices.map(listWithoutEnd);
    const peers = [];
    for (const device of devices) {
      const peer = await victim.pair(device);
      peer.stayPolite().catch(() => undefined);
      peers.push(peer);
    }
    const count = () => lists.map(({ size }) => size);
    const [one, two, three, four] = [offerOf(), offerOf(), offerOf(), offerOf()];
    peers[0]?.send(one);
    await eventually('the first is looked at', () => count()[0] === 1);
    peers[0]?.send(two);
    peers[1]?.send(three);
    await eventually('so is that of another', () => count()[1] === 1);
    peers[2]?.send(four);
    await eventually('all are there', async () => (await victim.call('offers.list', {})).length === 4);
    expect(count()).toEqual([1, 1, 0]);
    const known = async () => (await victim.call('offers.list', {})).find(({ job }) => job === one.job);
    await eventually('what is known is told', async () => (await known())?.bytes === 7);
    expect(await known()).toMatchObject({
      complete: false,
      clashes: { same: 0, differ: 0, complete: false },
    });

    // The first is declined, its peer's next one has waited longer than that of the third peer.
    await victim.call('offers.decline', { job: one.job });
    await eventually('the next begins', () => count()[0] === 1);
    expect(count()).toEqual([1, 1, 0]);
    // Taken back by its source.
    peers[0]?.send({ kind: 'job-cancel', job: two.job, reason: 'cancelled' });
    await eventually('the third peer is looked at', () => count()[2] === 1);
    expect(count()).toEqual([0, 1, 1]);
    await victim.call('peers.unpair', { peer: devices[1]?.identity.id ?? '' });
    await eventually('trust is gone', () => count()[1] === 0);
    await victim.engine.stop();
    await eventually('nobody listens any more', () => count().every((open) => open === 0));
    expect(four.job).toBeDefined();
    await Promise.all(devices.map((device) => device.stop()));
  });
});
