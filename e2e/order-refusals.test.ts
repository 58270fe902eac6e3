import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DEFAULT_COPY_OPTIONS } from '../src/shared/copy-options.ts';
import type { JobId } from '../src/shared/ids.ts';
import type { JobView } from '../src/shared/job.ts';
import { eventually } from './eventually.ts';
import { Victim } from './hostile/victim.ts';

/** Honest engines: `cara` orders copies from `anna` to `bert`, who change their minds meanwhile. */

/** Takes 4 s under the limit: it is under way while something happens. */
const SLOW_BYTES = 8_000_000;
const LIMIT_BYTES_PER_SECOND = 2_000_000;
const WAIT_MS = 60_000;
/** Three engines, on a machine that is busy with other tests. */
const START_MS = 240_000;

let [anna, bert, cara]: Victim[] = [];

beforeAll(async () => {
  [anna, bert, cara] = await Promise.all([Victim.start(), Victim.start(), Victim.start()]);
  await of(anna).call('device.rename', { name: 'anna' });
  await of(bert).call('device.rename', { name: 'bert' });
  for (const device of [of(anna), of(bert)]) {
    await mkdir(boxOf(device));
    await pair(device);
  }
  await writeFile(join(boxOf(of(anna)), 'film'), randomBytes(SLOW_BYTES));
}, START_MS);

beforeEach(async () => {
  await share(of(anna), 'mine');
  await share(of(bert), 'mine');
});

afterAll(async () => {
  await Promise.all([anna, bert, cara].map(async (device) => await device?.[Symbol.asyncDispose]()));
});

/** Cara becomes one of the owner's own there. */
async function pair(device: Victim): Promise<void> {
  const { code } = await device.call('invite.create', { trust: 'mine' });
  await of(cara).call('invite.join', { address: device.address, code });
}

function of(device: Victim | undefined): Victim {
  if (device === undefined) throw new Error('not started');
  return device;
}

function boxOf({ sandbox }: Victim): string {
  return join(sandbox, 'home', 'box');
}

async function share(device: Victim, who: 'mine' | readonly never[]): Promise<void> {
  const writers = who === 'mine' ? 'mine' : 'none';
  await device.call('shares.set', { name: 'box', dir: boxOf(device), readers: who, writers });
}

async function order(): Promise<JobId> {
  const place = (peer: string, path: string) => ({ peer, share: 'box', path });
  const options = { ...DEFAULT_COPY_OPTIONS, reuse: false, limitBytesPerSecond: LIMIT_BYTES_PER_SECOND };
  const { job } = await of(cara).call('jobs.copy', {
    from: [place('anna', 'film')],
    to: place('bert', 'film'),
    options,
  });
  return job;
}

async function viewAt(device: Victim | undefined, job: JobId): Promise<JobView | undefined> {
  return (await of(device).call('jobs.list', {})).find((view) => view.job === job);
}

async function orderThatMoves(): Promise<JobId> {
  const job = await order();
  const moves = async () => ((await viewAt(bert, job))?.progress.bytes ?? 0) > 0;
  await eventually('it moves', moves, WAIT_MS);
  return job;
}

async function endAt(device: Victim | undefined, job: JobId): Promise<JobView> {
  const ended = async () => {
    const view = await viewAt(device, job);
    return view?.result === null ? undefined : view;
  };
  return await eventually('it ends', ended, WAIT_MS);
}

it('a right to read that is taken away ends it, and who ordered it hears whose no it was, and to what', async () => {
  const job = await orderThatMoves();
  await share(of(anna), []);
  expect(await endAt(cara, job)).toMatchObject({
    state: 'failed',
    result: { failure: { code: 'no-right', subject: 'anna:box', reason: 'refused by the source' } },
  });
  expect(await endAt(bert, job)).toMatchObject({
    result: { failure: { code: 'no-right', subject: 'anna' } },
  });
  expect(await endAt(anna, job)).toMatchObject({ result: { failure: { code: 'no-right', reason: 'read' } } });
  expect(of(anna).logged).toContainEqual(
    expect.objectContaining({ event: 'grant-revoked', detail: expect.objectContaining({ job }) }),
  );
});

it('a right to write that is taken away is a no of the destination, not somebody’s wish to cancel', async () => {
  const job = await orderThatMoves();
  await share(of(bert), []);
  expect(await endAt(cara, job)).toMatchObject({
    state: 'failed',
    cancelledBy: null,
    result: { failure: { code: 'no-right', subject: 'bert:box', reason: 'write' } },
  });
  expect(await endAt(bert, job)).toMatchObject({
    state: 'failed',
    result: { failure: { code: 'no-right' } },
  });
  expect(of(bert).logged).toContainEqual(
    expect.objectContaining({ event: 'order-revoked', detail: expect.objectContaining({ job }) }),
  );
});

it('an orderer that is unpaired at the destination is in its log, and hears by whom', async () => {
  const job = await orderThatMoves();
  const { device } = await of(cara).engine.snapshot(AbortSignal.timeout(WAIT_MS));
  await of(bert).call('peers.unpair', { peer: device.id });
  expect(await endAt(cara, job)).toMatchObject({
    state: 'failed',
    result: { failure: { code: 'not-paired', subject: 'bert' } },
  });
  expect(await endAt(bert, job)).toMatchObject({
    state: 'failed',
    result: { failure: { code: 'no-right' } },
  });
  expect(of(bert).logged).toContainEqual(
    expect.objectContaining({ event: 'order-revoked', detail: expect.objectContaining({ job }) }),
  );
});

it('an order whose source is away says that it waits, so that whoever watches can give up', async () => {
  await pair(of(bert));
  await of(anna).engine.stop();
  const job = await order();
  const waits = async () => (await viewAt(cara, job))?.waitingFor === 'peer';
  await eventually('it waits', waits, WAIT_MS);
});
