import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CopyPlace } from '../src/shared/browse.ts';
import { DEFAULT_COPY_OPTIONS } from '../src/shared/copy-options.ts';
import type { JobView } from '../src/shared/job.ts';
import { Victim } from './hostile/victim.ts';

/** Two honest engines; `bob` shares a folder with `anna`, who may write it. */
async function pairWithShare(anna: Victim, bob: Victim): Promise<string> {
  const shared = join(bob.sandbox, 'home', 'shared');
  await mkdir(shared);
  await bob.call('shares.set', { name: 'box', dir: shared, readers: 'mine', writers: 'mine' });
  const { code } = await bob.call('invite.create', { trust: 'mine' });
  await anna.call('invite.join', { address: bob.address, code });
  return shared;
}

test('an order that is given again goes to where it went, under the name it had', async () => {
  await using anna = await Victim.start();
  await using bob = await Victim.start();
  const shared = await pairWithShare(anna, bob);
  const source = join(anna.sandbox, 'home', 'tree');
  await mkdir(source);
  await writeFile(join(source, 'file'), 'first');
  const [peer] = await anna.call('peers.list', {});
  const box = { peer: peer?.name ?? '', share: 'box' };
  const from: readonly CopyPlace[] = [{ peer: null, share: null, path: source }];
  const ended = ({ job }: JobView) => anna.call('jobs.wait', { job });
  const copy = (to: typeof box & { path: string }, sources = from) =>
    anna.call('jobs.copy', { from: sources, to, options: DEFAULT_COPY_OPTIONS }).then(ended);
  const there = { ...box, path: 'named' };
  const pushed = await copy(there);
  expect(pushed).toMatchObject({
    ...{ state: 'done', role: 'source' },
    between: { source: null, destination: { name: box.peer }, orderedBy: null },
  });
  await rm(join(shared, 'named', 'file'));
  await writeFile(join(source, 'file'), 'second');
  const again = await ended(await anna.call('jobs.again', { job: pushed.job, to: null, only: 'all' }));
  expect(again.state).toBe('done');
  expect(await readdir(join(shared, 'named'))).toEqual(['file']);
  expect(await readFile(join(shared, 'named', 'file'), 'utf8')).toBe('second');
  // Within the other device too; and not by who did not order it.
  const within = await copy({ ...box, path: 'twin' }, [{ ...box, path: 'named' }]);
  expect(within).toMatchObject({ state: 'done', role: 'orderer', result: { wireBytes: 0 } });
  await rm(join(shared, 'twin'), { recursive: true });
  expect(
    await ended(await anna.call('jobs.again', { job: within.job, to: null, only: 'all' })),
  ).toMatchObject({
    state: 'done',
  });
  expect((await readdir(shared)).sort()).toEqual(['named', 'twin']);
  await expect(bob.call('jobs.again', { job: within.job, to: null, only: 'all' })).rejects.toMatchObject({
    code: 'usage',
  });
});
