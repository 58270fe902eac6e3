import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient } from '../bridge/client.ts';
import { createMessagePortPort } from '../bridge/message-port-port.ts';
import { attachOrHost } from '../daemon/index.ts';
import type { EngineApi } from '../shared/engine-api.ts';
import { Failure } from '../shared/failure.ts';
import { EngineKeeper, type KeptSession } from './engine-keeper.ts';
import type { FromEngineProcess } from './engine-messages.ts';
import { openHomeSession } from './home-session.ts';

const forever = new AbortController().signal;
const now = AbortSignal.abort();
let home = '';
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ferry-keeper-'));
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(home, { recursive: true, force: true });
});

interface Kept {
  readonly keeper: EngineKeeper;
  readonly told: FromEngineProcess[];
  readonly run: Promise<Failure | null>;
}

function keep(open: (signal: AbortSignal) => Promise<KeptSession>): Kept {
  const told: FromEngineProcess[] = [];
  const keeper = new EngineKeeper({ open, tell: (message) => told.push(message) });
  const run = keeper.run();
  ends.push(async () => {
    keeper.stop();
    await run;
  });
  return { keeper, told, run };
}

const openHome = (signal: AbortSignal): Promise<KeptSession> =>
  openHomeSession({ ...process.env, FERRY_HOME: home }, signal, 0);

const readies = ({ told }: Kept): number => told.filter(({ kind }) => kind === 'ready').length;
const isReady = (kept: Kept, times = 1): Promise<void> =>
  vi.waitFor(() => expect(readies(kept)).toBe(times), { timeout: 10_000 });

/** What a page does with the port that the shell passes on. */
async function connect({ keeper }: Kept): Promise<EngineApi> {
  const { port1, port2 } = new MessageChannel();
  keeper.take(createMessagePortPort(port1));
  return await createClient(createMessagePortPort(port2), { answersOffers: true }, forever);
}

test('a page speaks with the engine of the home over its port, and sees its end', async () => {
  const kept = keep(openHome);
  await isReady(kept);
  const page = await connect(kept);
  const { device } = await page.snapshot(forever);
  await page.call('device.rename', { name: 'Kept Otter' }, forever);
  expect((await page.call('device.get', {}, forever)).id).toBe(device.id);
  kept.keeper.stop();
  expect(await kept.run).toBeNull();
  expect(await page.closed).toBeNull();
  expect(kept.told).toEqual([{ kind: 'ready' }, { kind: 'stopped' }]);
});

test('it is a guest while another Ferry owns the home, and takes over when that one ends', async () => {
  const options = { port: 0, listen: null, name: null, inbox: null, accept: 'ask', announce: false } as const;
  const owner = await attachOrHost(
    { env: { ...process.env, FERRY_HOME: home }, verbose: false, answersOffers: false, engine: options },
    forever,
  );
  expect(owner.hosting).toBe(true);
  const kept = keep(openHome);
  await isReady(kept);
  const page = await connect(kept);
  const { id } = await page.call('device.get', {}, forever);
  await owner.close(now);
  await page.closed;
  await isReady(kept, 2);
  const again = await connect(kept);
  expect((await again.call('device.get', {}, forever)).id).toBe(id);
  expect(kept.told.map(({ kind }) => kind)).toEqual(['ready', 'away', 'ready']);
});

test('without an engine a page is sent away', async () => {
  const kept = keep(
    () => new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Failure('io')), 50)),
  );
  await expect(connect(kept)).rejects.toMatchObject({ code: 'interrupted' });
  await kept.run;
});

test('a home that cannot be opened is told, with the reason', async () => {
  const kept = keep(() => Promise.reject(new Failure('state-unusable', { reason: 'newer schema' })));
  expect(await kept.run).toMatchObject({ code: 'state-unusable' });
  expect(kept.told).toEqual([
    { kind: 'failed', failure: { code: 'state-unusable', reason: 'newer schema' } },
  ]);
});

test('a well-known port that is taken does not keep the app from starting', async () => {
  const taken: Server = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '::', resolve));
  ends.push(() => new Promise((resolve) => taken.close(resolve)));
  const address = taken.address();
  const wanted = typeof address === 'object' && address !== null ? address.port : 0;
  const kept = keep((signal) => openHomeSession({ ...process.env, FERRY_HOME: home }, signal, wanted));
  await isReady(kept);
  const page = await connect(kept);
  const device = await page.call('device.get', {}, forever);
  expect(device.port).toBeGreaterThan(0);
  expect(device.port).not.toBe(wanted);
});
