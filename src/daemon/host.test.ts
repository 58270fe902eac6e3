import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FakeEngine } from '../bridge/testing/fake-engine.ts';
import { fakeJob, fakeOffer } from '../bridge/testing/fake-values.ts';
import { Failure } from '../shared/failure.ts';
import type { EngineDoor } from './engine-door.ts';
import { attach, attachOrHost, attachOrState, hostEngine } from './host.ts';
import type { EngineSession, SessionOptions } from './session.ts';
import { createFakeEngineDoor } from './testing/fake-engine-door.ts';

const forever = new AbortController().signal;
const now = AbortSignal.abort();
let home = '';
let engines: FakeEngine[] = [];
let sessions: EngineSession[] = [];
let door: EngineDoor;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ferry-host-'));
  engines = [];
  door = createFakeEngineDoor((engine) => engines.push(engine));
});

afterEach(async () => {
  for (const session of sessions.reverse()) await session.close(now);
  sessions = [];
  await rm(home, { recursive: true });
});

function options(change: Partial<SessionOptions> = {}, accept: SessionOptions['engine']['accept'] = 'none') {
  return {
    env: { FERRY_HOME: home },
    verbose: false,
    answersOffers: false,
    engine: { port: 0, listen: null, name: null, inbox: null, accept, announce: false },
    ...change,
  };
}

async function open(change: Partial<SessionOptions> = {}): Promise<EngineSession> {
  const session = await attachOrHost(options(change), forever, () => Promise.resolve(door));
  sessions.push(session);
  return session;
}

const load = (): Promise<EngineDoor> => Promise.resolve(door);

test('the first hosts, the second attaches, both hold one engine', async () => {
  const host = await open();
  const guest = await open();
  expect([host.hosting, guest.hosting]).toEqual([true, false]);
  expect(engines).toHaveLength(1);
  engines[0]?.putJob(fakeJob());
  expect(await guest.api.call('jobs.list', {}, forever)).toHaveLength(1);
});

test('many that start at once share one engine', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => open()));
  expect(all.filter(({ hosting }) => hosting)).toHaveLength(1);
  expect(engines).toHaveLength(1);
});

test('without an engine there is nothing to attach to', async () => {
  expect(await attach(options(), forever, load)).toBeNull();
});

test('serving a home that is served is refused', async () => {
  await open();
  await expect(hostEngine(options(), forever, load)).rejects.toMatchObject({ code: 'home-in-use' });
});

test('a home whose owner never answers is in use, after about two seconds', async () => {
  const started = performance.now();
  const stuck: EngineDoor = { ...door, openEngine: () => Promise.reject(new Failure('home-in-use')) };
  const attempt = attachOrHost(options(), forever, () => Promise.resolve(stuck));
  await expect(attempt).rejects.toMatchObject({ code: 'home-in-use' });
  expect(performance.now() - started).toBeGreaterThan(1_900);
});

test('a failure to open is told without another try', async () => {
  let tries = 0;
  const openEngine: EngineDoor['openEngine'] = () => {
    tries += 1;
    return Promise.reject(new Failure('port-taken'));
  };
  const attempt = attachOrHost(options(), forever, () => Promise.resolve({ ...door, openEngine }));
  await expect(attempt).rejects.toMatchObject({ code: 'port-taken' });
  expect(tries).toBe(1);
});

test('a host stays until its guests have left and its jobs are at rest', async () => {
  const host = await open();
  const guest = await open();
  engines[0]?.putJob(fakeJob({ state: 'running' }));
  let closed = false;
  let stays = 0;
  const onStay = (): void => {
    stays += 1;
  };
  const closing = host.close(forever, onStay).then(() => {
    closed = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 150));
  await guest.close(forever);
  await vi.waitFor(() => expect(stays).toBe(1));
  await new Promise((resolve) => setTimeout(resolve, 450));
  expect(closed).toBe(false);
  expect(stays).toBe(1);
  engines[0]?.putJob(fakeJob({ state: 'waiting', waitingFor: 'peer' }));
  await closing;
  expect(engines[0]?.stopped).toBe(true);
  expect(await readdir(join(home, 'control'))).toEqual([]);
});

test('a guest alone keeps a host, though no job moves', async () => {
  const host = await open();
  const guest = await open();
  let closed = false;
  const closing = host.close(forever).then(() => {
    closed = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(closed).toBe(false);
  await guest.close(forever);
  await closing;
});

test('a host in a hurry leaves its guests, who see the end', async () => {
  const host = await open();
  const guest = await open();
  await host.close(now);
  expect(await guest.api.closed).toBeNull();
  const next = await open();
  expect(next.hosting).toBe(true);
});

test('state is read through the engine where one runs, else without one', async () => {
  const alone = await attachOrState(options(), forever, load);
  await alone.close(forever);
  expect(engines).toHaveLength(0);
  await open();
  engines[0]?.putJob(fakeJob());
  const attached = await attachOrState(options(), forever, load);
  expect(await attached.api.call('jobs.list', {}, forever)).toHaveLength(1);
  await attached.close(forever);
});

test('an offer is declined where nobody can answer, and kept while somebody can', async () => {
  const host = await hostEngine(options({}, 'where-answered'), forever, load);
  sessions.push(host);
  const [engine] = engines;
  if (engine === undefined) throw new Error('no engine');
  engine.answers['offers.decline'] = () => Promise.resolve(fakeOffer());
  const declined = (): number => engine.calls.filter(({ name }) => name === 'offers.decline').length;
  engine.putOffer(fakeOffer());
  expect(declined()).toBe(1);
  const person = await open({ answersOffers: true });
  engine.removeOffer(fakeOffer().job);
  engine.putOffer(fakeOffer());
  expect(declined()).toBe(1);
  await person.close(forever);
  // the person has gone, the offer they saw stays
  await vi.waitFor(async () => {
    engine.putOffer(fakeOffer({ files: 11 }));
    expect(declined()).toBe(1);
    engine.removeOffer(fakeOffer().job);
    engine.putOffer(fakeOffer());
    expect(declined()).toBe(2);
  });
});
