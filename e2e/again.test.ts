import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_COPY_OPTIONS } from '../src/shared/copy-options.ts';
import type { OfferView } from '../src/shared/job.ts';
import { World } from './device.ts';
import { EngineSide } from './engine-side.ts';
import { eventually } from './eventually.ts';

async function sendSkipping(source: EngineSide, path: string): Promise<string> {
  const options = { ...DEFAULT_COPY_OPTIONS, onConflict: 'skip' } as const;
  const [sent] = await source.call('jobs.send', { paths: [path], to: ['bob'], options });
  return sent?.job ?? '';
}

/** Accepts an offer as soon as it is there. */
async function accept(side: EngineSide, job: string, into: string | null): Promise<OfferView> {
  const offer = await eventually('the offer', async () =>
    (await side.call('offers.list', {})).find((each) => each.job === job),
  );
  await side.call('offers.accept', { job, into, always: null, onConflict: null });
  return offer;
}

/** Paths of a job's files, and how many entries it has in all. */
async function listed(side: EngineSide, job: string) {
  const { entries, total } = await side.call('jobs.entries', { job, offset: 0, limit: 1_000 });
  return { total, files: entries.filter(({ type }) => type === 'file').map(({ path }) => path) };
}

describe.concurrent('a job once more', { timeout: 90_000 }, () => {
  it('only what had failed, asked for by either side, into the folder of the first time', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair(['--accept', 'ask']);
    using source = await EngineSide.open(anna);
    using destination = await EngineSide.open(bob);
    const tree = world.path('tree');
    const into = world.path('elsewhere');
    await mkdir(join(tree, 'deep'), { recursive: true });
    await mkdir(join(into, 'tree', 'deep'), { recursive: true });
    for (let index = 0; index < 20; index += 1)
      await writeFile(join(tree, 'deep', `${index}`), `new ${index}`);
    await writeFile(join(tree, 'other'), 'new');
    const inTheWay = [join(into, 'tree', 'deep', '7'), join(into, 'tree', 'other')];
    for (const path of inTheWay) await writeFile(path, 'in the way');

    const first = await sendSkipping(source, tree);
    await accept(destination, first, into);
    expect(await source.ended(first)).toMatchObject({ state: 'partial', result: { problemCount: 2 } });
    await destination.ended(first);

    // Nothing but what failed is listed, and nobody is asked: it was asked for.
    await rm(inTheWay[0] ?? '');
    const retried = await destination.call('jobs.again', { job: first, to: null, only: 'failed' });
    expect(retried).toMatchObject({ role: 'destination', into });
    expect(await destination.ended(retried.job)).toMatchObject({
      state: 'partial',
      result: { problemCount: 1 },
    });
    expect(await listed(destination, retried.job)).toEqual({
      total: 4,
      files: ['tree/other', 'tree/deep/7'],
    });
    expect(await readFile(inTheWay[0] ?? '', 'utf8')).toBe('new 7');
    expect(await destination.call('offers.list', {})).toEqual([]);

    // Of that job one is left; the source asks, so a person does answer, with the folder of the first time.
    await rm(inTheWay[1] ?? '');
    await source.ended(retried.job);
    const again = await source.call('jobs.again', { job: retried.job, to: null, only: 'failed' });
    expect(await accept(destination, again.job, null)).toMatchObject({ into });
    expect(await source.ended(again.job)).toMatchObject({ state: 'done' });
    expect((await listed(source, again.job)).files).toEqual(['tree/other']);
    expect(await readFile(inTheWay[1] ?? '', 'utf8')).toBe('new');
  });

  it('what has arrived is had again only from a device of the same person', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair(['--accept', 'ask']);
    using source = await EngineSide.open(anna);
    using destination = await EngineSide.open(bob);
    const file = world.path('letter');
    await writeFile(file, 'first');
    const job = await sendSkipping(source, file);
    await accept(destination, job, null);
    await source.ended(job);
    await destination.ended(job);
    await rm(join(bob.inbox, 'letter'));

    const ask = async () => await destination.call('jobs.again', { job, to: null, only: 'all' });
    await expect(ask()).rejects.toMatchObject({ code: 'declined' });
    await expect(destination.call('jobs.again', { job, to: 'anna', only: 'all' })).rejects.toMatchObject({
      code: 'usage',
    });
    await source.call('peers.trust', { peer: 'bob', trust: 'mine' });
    const { job: second } = await ask();
    expect(await destination.ended(second)).toMatchObject({ state: 'done' });
    expect(await readFile(join(bob.inbox, 'letter'), 'utf8')).toBe('first');

    await anna.served.stop();
    await expect(ask()).rejects.toMatchObject({
      code: expect.stringMatching(/unreachable|timeout|peer-gone/),
    });
  });
});
