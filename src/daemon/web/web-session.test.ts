import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { createClient } from '../../bridge/client.ts';
import type { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import { fakeOffer } from '../../bridge/testing/fake-values.ts';
import { connectWebSocket } from '../../bridge/web-socket-client-port.ts';
import type { EngineOptions } from '../../engine/engine-options.ts';
import type { EngineDoor } from '../engine-door.ts';
import { attach, hostEngine } from '../host.ts';
import type { EngineSession, SessionOptions } from '../session.ts';
import { createFakeEngineDoor } from '../testing/fake-engine-door.ts';
import { makePage } from './testing/served-page.ts';

const forever = new AbortController().signal;
const now = AbortSignal.abort();
let home = '';
let pageRoot = '';
let opened: { engine: FakeEngine; options: EngineOptions }[] = [];
let sessions: EngineSession[] = [];
let door: EngineDoor;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ferry-session-'));
  pageRoot = await makePage(home);
  opened = [];
  door = createFakeEngineDoor((engine, options) => opened.push({ engine, options }));
});

afterEach(async () => {
  for (const session of sessions.reverse()) await session.close(now);
  sessions = [];
  await rm(home, { recursive: true });
});

const load = (): Promise<EngineDoor> => Promise.resolve(door);

function options(address: string, change: Partial<SessionOptions['engine']> = {}): SessionOptions {
  return {
    env: { FERRY_HOME: home },
    verbose: false,
    answersOffers: false,
    engine: {
      port: 0,
      listen: null,
      name: null,
      inbox: null,
      accept: 'where-answered',
      announce: false,
      web: { address, root: null, pageRoot },
      ...change,
    },
  };
}

async function host(change: Partial<SessionOptions['engine']> = {}): Promise<EngineSession> {
  const session = await hostEngine(options('127.0.0.1:0', change), forever, load);
  sessions.push(session);
  return session;
}

/** What a page does with the link that a person opened. */
async function openPage(link: string) {
  const { origin, host: at, hash } = new URL(link);
  const answer = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token: hash.slice('#t='.length) }),
  });
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const port = await connectWebSocket(`ws://${at}/bridge`, forever, (url) => {
    const socket = new WebSocket(url, { headers: { origin, cookie } });
    socket.on('error', () => undefined);
    return socket;
  });
  return { port, api: await createClient(port, { answersOffers: true }, forever) };
}

test('a link from the host and one from the control socket both open the page', async () => {
  const session = await host();
  const guest = await attach(options(''), forever, load);
  if (guest === null) throw new Error('nobody there');
  sessions.push(guest);
  for (const { api } of [session, guest]) {
    const { url } = await api.call('web.link', {}, forever);
    const page = await openPage(url);
    expect(await page.api.call('jobs.list', {}, forever)).toEqual([]);
    page.port.close();
  }
});

test('an offer is kept while a page is open, and declined when nobody is there', async () => {
  const session = await host();
  const engine = opened[0]?.engine;
  if (engine === undefined) throw new Error('no engine');
  engine.answers['offers.decline'] = () => Promise.resolve(fakeOffer());
  const declined = () => engine.calls.filter(({ name }) => name === 'offers.decline').length;
  const page = await openPage((await session.api.call('web.link', {}, forever)).url);
  engine.putOffer(fakeOffer());
  expect(declined()).toBe(0);
  page.port.close();
  await vi.waitFor(() => {
    engine.removeOffer(fakeOffer().job);
    engine.putOffer(fakeOffer());
    expect(declined()).toBe(1);
  });
});

test('closing the session ends its pages and frees the port', async () => {
  const session = await host();
  const { url } = await session.api.call('web.link', {}, forever);
  const page = await openPage(url);
  await session.close(now);
  await page.port.closed;
  await expect(fetch(new URL(url).origin)).rejects.toThrow();
});

test('the folder for pages reaches the engine', async () => {
  await host({ web: { address: '127.0.0.1:0', root: '/srv', pageRoot } });
  expect(opened[0]?.options.webRoot).toBe('/srv');
});

test('another address than loopback is refused before anything is opened', async () => {
  const attempt = hostEngine(options('0.0.0.0:3121'), forever, load);
  await expect(attempt).rejects.toMatchObject({ code: 'usage' });
  await expect(attempt).rejects.toThrow('ssh -L 3121:127.0.0.1:3121');
  expect(opened).toEqual([]);
});

test('a taken port and a page that is not there end the start, and leave the home free', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => {
    taken.listen(0, '127.0.0.1', resolve);
  });
  const { port } = taken.address() as { port: number };
  await expect(hostEngine(options(`127.0.0.1:${port}`), forever, load)).rejects.toMatchObject({
    code: 'port-taken',
    subject: `127.0.0.1:${port}`,
  });
  await new Promise((resolve) => taken.close(resolve));
  const nowhere = { address: '127.0.0.1:0', root: null, pageRoot: join(home, 'nothing') };
  await expect(hostEngine(options('', { web: nowhere }), forever, load)).rejects.toMatchObject({
    code: 'usage',
  });
  expect(opened.every(({ engine }) => engine.stopped)).toBe(true);
  await host();
});
