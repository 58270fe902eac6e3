import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { acquireEngineLock } from './engine-lock.ts';
import { createStateClient } from './state-client.ts';
import { openStateOnly } from './state-only.ts';
import { ALICE, BOB, SELF, sampleJob, sampleJobId, samplePeer } from './testing/sample-records.ts';
import { makeHeardLog, makeTempHome } from './testing/temp-home.ts';
import { makeTempState } from './testing/temp-state.ts';

const never = new AbortController().signal;

it('answers after the commit: another connection sees it at once', async () => {
  await using temp = await makeTempState();
  const other = new DatabaseSync(temp.home.database, { readOnly: true });
  for (let number = 1; number <= 20; number += 1) {
    await temp.state.jobs.put(sampleJob(`${number}e`));
    expect(other.prepare('SELECT count(*) AS n FROM jobs').get()?.n).toBe(number);
  }
  other.close();
});

it('runs calls of one turn in order, in one transaction, and undoes only the one that fails', async () => {
  await using temp = await makeTempState();
  const { state } = temp;
  const outcomes = await Promise.allSettled([
    state.peers.add(samplePeer(ALICE, 'otter')),
    state.peers.setTrust(BOB, 'mine'),
    state.peers.add(samplePeer(BOB, 'otter')),
    state.peers.list(),
  ]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(outcomes[1]).toMatchObject({ reason: { name: 'Failure', code: 'unknown-peer', subject: BOB } });
  expect((await state.peers.list()).map((peer) => peer.name)).toEqual(['otter', 'otter 2']);
});

it('undoes all of a call that fails in its middle', async () => {
  await using temp = await makeTempState();
  const { jobs, problems } = temp.state;
  const key = { orderer: SELF, job: sampleJobId('1') };
  await jobs.put(sampleJob('1'));
  const broken = { path: null as unknown as string, code: 'changed' } as const;
  await expect(problems.add(key, [{ path: 'a', code: 'changed' }, broken])).rejects.toMatchObject({
    code: 'internal',
  });
  expect(await problems.page(key, 0, 10)).toEqual({ problems: [], total: 0 });
});

it('takes any number of calls at once', async () => {
  await using temp = await makeTempState();
  const { state } = temp;
  const count = 2_000;
  const puts = Array.from({ length: count }, (_, number) => state.jobs.put(sampleJob(`${number}d`)));
  await Promise.all(puts);
  expect(await state.jobs.list(count + 1)).toHaveLength(count);
});

it('fails a call whose argument cannot be sent, and goes on', async () => {
  await using temp = await makeTempState();
  const resume = (() => undefined) as unknown as null;
  await expect(temp.state.jobs.put(sampleJob('1', {}, { resume }))).rejects.toMatchObject({
    code: 'internal',
  });
  await expect(temp.state.jobs.list(1)).resolves.toEqual([]);
});

it('finishes what was asked for before it stops, then refuses', async () => {
  await using temp = await makeTempHome();
  const { log, events } = makeHeardLog();
  const state = createStateClient({ home: temp.home, log, repair: true });
  await state.start();
  const put = state.jobs.put(sampleJob('1'));
  await state.stop();
  await expect(put).resolves.toMatchObject({ job: sampleJobId('1') });
  await expect(state.closed).resolves.toBeNull();
  await expect(state.jobs.list(1)).rejects.toMatchObject({ code: 'state-unusable' });
  await state.stop();
  expect(events.map(({ event }) => event)).toEqual(['state-migrated']);
  // A clean close leaves nothing in the write-ahead log.
  expect(existsSync(`${temp.home.database}-wal`)).toBe(false);
});

it('can be stopped before it was started', async () => {
  await using temp = await makeTempHome();
  const state = createStateClient({ home: temp.home, log: makeHeardLog().log, repair: true });
  await state.stop();
  await expect(state.closed).resolves.toBeNull();
});

it('says why it cannot start, without a crash', async () => {
  await using temp = await makeTempHome();
  const home = { database: `${temp.home.path}/no/such/ferry.db` };
  const state = createStateClient({ home, log: makeHeardLog().log, repair: true });
  await expect(state.start()).rejects.toMatchObject({ name: 'Failure', code: 'state-unusable' });
  await expect(state.closed).resolves.toMatchObject({ code: 'state-unusable' });
  await state.stop();
});

it('sets garbage aside with a log line', async () => {
  await using temp = await makeTempHome();
  const { log, events } = makeHeardLog();
  await writeFile(temp.home.database, 'garbage'.repeat(1_000));
  const state = createStateClient({ home: temp.home, log, repair: true });
  await state.start();
  expect(await state.jobs.list(1)).toEqual([]);
  await state.stop();
  expect(events[0]?.event).toBe('state-set-aside');
  expect((await readdir(temp.home.path)).filter((name) => name.startsWith('ferry.db.broken-'))).toHaveLength(
    1,
  );
});

it('looks at every page at the next start when an operation met damage', async () => {
  await using temp = await makeTempHome();
  const { log, events } = makeHeardLog();
  const open = async () => {
    const state = createStateClient({ home: temp.home, log, repair: true });
    await state.start();
    return state;
  };
  const first = await open();
  const names = ['n'.repeat(1_000)];
  await Promise.all(Array.from({ length: 200 }, (_, job) => first.jobs.put(sampleJob(`${job}c`, { names }))));
  await first.stop();
  const content = await readFile(temp.home.database);
  content.fill(0xff, content.length / 2, content.length / 2 + 5 * 4_096);
  await writeFile(temp.home.database, content);

  const second = await open();
  await expect(second.jobs.list(1_000)).rejects.toMatchObject({ code: 'state-unusable' });
  // It goes on with what still works, and the damage is remembered.
  expect(await second.device.get()).toBeNull();
  await second.stop();
  expect(existsSync(`${temp.home.database}.suspect`)).toBe(true);

  const third = await open();
  expect(await third.jobs.list(1_000)).toEqual([]);
  await third.stop();
  expect(events.map(({ event }) => event)).toEqual(['state-migrated', 'state-set-aside', 'state-migrated']);
});

it('lets two clients read and write at once without losing anything', async () => {
  await using temp = await makeTempState();
  const second = await openStateOnly(temp.home, makeHeardLog().log, never);
  const puts: Promise<unknown>[] = [];
  for (let number = 0; number < 100; number += 1) {
    puts.push(temp.state.jobs.put(sampleJob(`${number}a`)), second.jobs.put(sampleJob(`${number}b`)));
    if (number % 10 === 0) await Promise.all(puts);
  }
  await Promise.all(puts);
  expect(await second.jobs.list(1_000)).toHaveLength(200);
  await second.stop();
  expect(await temp.state.jobs.list(1_000)).toHaveLength(200);
});

it('state-only: makes a fresh home usable, gives the lock back, and works beside its holder', async () => {
  await using temp = await makeTempHome();
  const { log } = makeHeardLog();
  const first = await openStateOnly(temp.home, log, never);
  expect(await first.jobs.list(1)).toEqual([]);
  const lock = await acquireEngineLock(temp.home);
  expect(lock).not.toBeNull();
  const second = await openStateOnly(temp.home, log, never);
  expect(await second.device.get()).toBeNull();
  await Promise.all([first.stop(), second.stop()]);
  lock?.release();
});

it('state-only: never repairs beside an engine, and gives up waiting for it', async () => {
  await using temp = await makeTempHome();
  const lock = await acquireEngineLock(temp.home);
  await expect(openStateOnly(temp.home, makeHeardLog().log, AbortSignal.timeout(200))).rejects.toMatchObject({
    name: 'AbortError',
  });
  await expect(openStateOnly(temp.home, makeHeardLog().log, never)).rejects.toMatchObject({
    code: 'home-in-use',
  });
  expect(existsSync(temp.home.database)).toBe(false);
  lock?.release();
});
