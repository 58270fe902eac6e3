import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type WebSocket from 'ws';
import { createClient } from '../../bridge/client.ts';
import type { Port } from '../../bridge/port.ts';
import { fakeJob, fakePeer } from '../../bridge/testing/fake-values.ts';
import { connectWebSocket } from '../../bridge/web-socket-client-port.ts';
import type { EngineApi, NumberedEvent } from '../../shared/engine-api.ts';
import { Failure } from '../../shared/failure.ts';
import { ServedPage } from './testing/served-page.ts';
import { withWebLink } from './web-host.ts';

const forever = new AbortController().signal;
let page: ServedPage;
let answering = 0;
let ports: Port[] = [];

beforeEach(async () => {
  answering = 0;
  page = await ServedPage.open(undefined, (closed) => ({
    onAnswersOffers: () => {
      answering += 1;
      void closed.then(() => (answering -= 1));
    },
  }));
});

afterEach(async () => {
  for (const port of ports) port.close();
  ports = [];
  await page.close();
});

async function connect(): Promise<Port> {
  const cookie = await page.signIn(await page.freshToken());
  const port = await connectWebSocket('/bridge', forever, (path) => page.openSocket(path, { cookie }));
  ports.push(port);
  return port;
}

async function open(): Promise<EngineApi> {
  return await createClient(await connect(), { answersOffers: true }, forever);
}

/** The bare socket of a page, for what no client of ours would send. */
async function openBare(): Promise<WebSocket> {
  const socket = page.openSocket('/bridge', { cookie: await page.signIn(await page.freshToken()) });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return socket;
}

test('calls, failures, snapshot and events arrive as they were', async () => {
  const job = page.engine.putJob(fakeJob({ names: ['a\u2028\u0000b', '<img onerror=x>'] }));
  const api = await open();
  expect(await api.call('jobs.get', { job: job.job }, forever)).toEqual(job);
  expect(await api.snapshot(forever)).toEqual(await page.engine.snapshot());
  page.engine.answers['invite.join'] = () => Promise.reject(new Failure('wrong-code', { reason: 'E1' }));
  const failing = api.call('invite.join', { address: 'h:1', code: 'x' }, forever);
  await expect(failing).rejects.toMatchObject({ code: 'wrong-code', reason: 'E1' });
  const events: NumberedEvent[] = [];
  api.subscribe((event) => events.push(event), forever);
  await vi.waitFor(() => expect(page.engine.listenerCount).toBe(1));
  page.engine.putPeer(fakePeer());
  await vi.waitFor(() => expect(events.map(({ event }) => event.kind)).toEqual(['peer-changed']));
});

test('a page may not do what only the desktop and the command line may', async () => {
  const api = await open();
  await expect(api.call('web.link', {}, forever)).rejects.toMatchObject({ code: 'no-right' });
  expect(page.engine.calls.map(({ name }) => name)).toEqual(['device.get']);
});

test('a page counts as a place where offers are answered, while it is there', async () => {
  await open();
  await vi.waitFor(() => expect(answering).toBe(1));
  for (const port of ports) port.close();
  await vi.waitFor(() => expect(answering).toBe(0));
  expect(page.engine.listenerCount).toBe(0);
});

test('the end of a page cancels its calls; the end of the engine ends the page', async () => {
  let seen: AbortSignal | null = null;
  page.engine.answers['jobs.wait'] = (_input, signal) => {
    seen = signal;
    return new Promise(() => undefined);
  };
  const gone = await open();
  gone.call('jobs.wait', { job: 'a' }, forever).catch(() => undefined);
  await vi.waitFor(() => expect(seen).not.toBeNull());
  ports[0]?.close();
  await vi.waitFor(() => expect((seen as AbortSignal | null)?.aborted).toBe(true));
  const api = await open();
  await page.engine.stop();
  expect(await api.closed).toBeNull();
});

test('a page that stops reading gets the latest of each job, not all of them', async () => {
  const socket = await openBare();
  socket.send(JSON.stringify({ kind: 'hello', version: 1, answersOffers: false }));
  socket.send(JSON.stringify({ kind: 'subscribe' }));
  await vi.waitFor(() => expect(page.engine.listenerCount).toBe(1));
  let received = 0;
  let last: unknown = null;
  socket.on('message', (data: Buffer) => {
    received += 1;
    last = JSON.parse(data.toString());
  });
  socket.pause();
  // far more than sockets, worker and window hold together
  const names = Array.from({ length: 10 }, () => 'n'.repeat(10_000));
  for (let tick = 1; tick <= 2_000; tick += 1) {
    page.engine.putJob(fakeJob({ names, updatedMs: tick }));
    // there and back: the worker has had its turn, and all that may go on to the page has gone
    if (tick % 20 === 0) await page.freshToken();
  }
  socket.resume();
  await vi.waitFor(() => expect(last).toMatchObject({ kind: 'event', number: 2_000 }), { timeout: 10_000 });
  expect(received).toBeLessThan(1_000);
  socket.terminate();
});

test('after lost events the page is told the snapshot', async () => {
  const socket = await openBare();
  socket.pause();
  socket.send(JSON.stringify({ kind: 'hello', version: 1, answersOffers: false }));
  socket.send(JSON.stringify({ kind: 'subscribe' }));
  await vi.waitFor(() => expect(page.engine.listenerCount).toBe(1));
  const kinds: unknown[] = [];
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { kind: string };
    kinds.push(message.kind);
  });
  // more distinct things than may wait
  const big = 'n'.repeat(50_000);
  for (let index = 0; index < 6_000; index += 1) {
    page.engine.putPeer(fakePeer({ shortId: `p${index}`, name: big }));
    if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  socket.resume();
  await vi.waitFor(() => expect(kinds).toContain('resync'), { timeout: 10_000 });
  socket.terminate();
});

test.each([
  ['no JSON', 'evil'],
  ['bytes', Buffer.from('{"kind":"subscribe"}')],
  ['no message', '7'],
  ['a call before hello', JSON.stringify({ kind: 'call', id: 1, name: 'jobs.list', input: {} })],
  ['an extra field', JSON.stringify({ kind: 'subscribe', more: 1 })],
  ['a prototype', '{"__proto__":{"kind":"hello"}}'],
])('a frame that is %s closes the socket and reaches nobody', async (_name, frame) => {
  const socket = await openBare();
  const closed = once(socket, 'close');
  socket.send(frame);
  await closed;
  expect(page.engine.calls.map(({ name }) => name)).toEqual(['device.get']);
});

test('a frame that is too large closes the socket; others do not notice', async () => {
  const api = await open();
  const socket = await openBare();
  const closed = once(socket, 'close');
  socket.send('x'.repeat(9 * 1024 * 1024));
  expect((await closed)[0]).toBe(1009);
  expect(await api.call('jobs.list', {}, forever)).toEqual([]);
});

test('an answer that is too large for the carrier fails alone', async () => {
  page.engine.putJob(fakeJob({ names: ['n'.repeat(9 * 1024 * 1024)] }));
  const api = await open();
  await expect(api.call('jobs.list', {}, forever)).rejects.toMatchObject({ code: 'internal' });
  expect(await api.call('peers.list', {}, forever)).toEqual([]);
});

test('without a session a page hears that nobody is there', async () => {
  const attempt = connectWebSocket('/bridge', forever, (path) => {
    const socket = page.openSocket(path, {});
    socket.on('error', () => undefined);
    return socket;
  });
  await expect(attempt).rejects.toMatchObject({ code: 'unreachable' });
});

test('the host answers for links, everything else goes to the engine', async () => {
  const api = withWebLink(page.engine, page.web);
  const { url } = await api.call('web.link', {}, forever);
  expect(url).toMatch(new RegExp(`^${page.origin}/#t=[\\w-]{43}$`));
  expect(await api.call('jobs.list', {}, forever)).toEqual([]);
});
