import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_COPY_OPTIONS } from '../shared/copy-options.ts';
import type { EngineApi, NumberedEvent } from '../shared/engine-api.ts';
import { Failure } from '../shared/failure.ts';
import { createClient } from './client.ts';
import { EventQueue } from './event-queue.ts';
import { servePort } from './host.ts';
import { createInProcessPorts } from './in-process-port.ts';
import { connectLocalSocket } from './local-socket-client.ts';
import { listenLocalSocket } from './local-socket-server.ts';
import { createMessagePortPort } from './message-port-port.ts';
import type { Carrier, Port } from './port.ts';
import { FakeEngine } from './testing/fake-engine.ts';
import { fakeJob, fakeOffer, fakePeer, fakeResult } from './testing/fake-values.ts';

const forever = new AbortController().signal;
let cleanUp: (() => Promise<unknown>)[] = [];
let engine = new FakeEngine();

beforeEach(() => {
  engine = new FakeEngine();
});

afterEach(async () => {
  for (const end of cleanUp.reverse()) await end();
  cleanUp = [];
});

type Connect = (carrier?: Carrier, queue?: EventQueue) => Promise<[client: Port, host: Port]>;

const inProcess: Connect = (carrier = 'cli', queue) => {
  const [client, host] = createInProcessPorts();
  servePort(engine, host, carrier, {}, queue);
  cleanUp.push(async () => client.close());
  return Promise.resolve([client, host]);
};

const localSocket: Connect = async (carrier = 'cli', queue) => {
  const folder = await mkdtemp(join(tmpdir(), 'ferry-bridge-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  let host: Port | null = null;
  const server = await listenLocalSocket(
    join(folder, 'control', 's'),
    (port) => {
      host = port;
      servePort(engine, port, carrier, {}, queue);
    },
    forever,
  );
  cleanUp.push(() => server.close());
  const client = await connectLocalSocket(join(folder, 'control', 's'), forever);
  if (client === null) throw new Error('nobody listens');
  cleanUp.push(async () => client.close());
  await vi.waitFor(() => expect(host).not.toBeNull());
  return [client, host as unknown as Port];
};

const messagePort: Connect = (carrier = 'cli', queue) => {
  const { port1, port2 } = new MessageChannel();
  const [client, host] = [createMessagePortPort(port1), createMessagePortPort(port2)];
  servePort(engine, host, carrier, {}, queue);
  cleanUp.push(async () => client.close());
  return Promise.resolve([client, host]);
};

async function open(connect: Connect, carrier?: Carrier, queue?: EventQueue): Promise<EngineApi> {
  const [port] = await connect(carrier, queue);
  return await createClient(port, { answersOffers: false }, forever);
}

function collect(api: EngineApi): NumberedEvent[] {
  const events: NumberedEvent[] = [];
  api.subscribe((event) => events.push(event), forever);
  return events;
}

describe.each([
  ['in process', inProcess],
  ['local socket', localSocket],
  ['message port', messagePort],
])('%s', (_name, connect) => {
  test('calls, snapshot and events arrive as they were', async () => {
    const job = engine.putJob(fakeJob());
    const api = await open(connect);
    expect(await api.call('jobs.get', { job: job.job }, forever)).toEqual(job);
    expect(await api.snapshot(forever)).toEqual(await engine.snapshot());
    const events = collect(api);
    await vi.waitFor(() => expect(engine.listenerCount).toBe(1));
    engine.putPeer(fakePeer());
    engine.putJob({ ...job, state: 'running' });
    await vi.waitFor(() => expect(events).toHaveLength(2));
    expect(events.map(({ number }) => number)).toEqual([2, 3]);
    expect(events[1]?.event).toEqual({ kind: 'job-changed', job: { ...job, state: 'running' } });
  });

  test('failures keep code, subject and reason', async () => {
    engine.answers['invite.join'] = () =>
      Promise.reject(new Failure('wrong-code', { subject: 'there', reason: 'E1' }));
    const api = await open(connect);
    const failure = api.call('invite.join', { address: 'h:1', code: 'x' }, forever);
    await expect(failure).rejects.toMatchObject({ code: 'wrong-code', subject: 'there', reason: 'E1' });
    await expect(failure).rejects.toBeInstanceOf(Failure);
  });

  test('cancelling a call aborts it in the engine', async () => {
    let seen: AbortSignal | null = null;
    engine.answers['jobs.wait'] = (_input, signal) => {
      seen = signal;
      return new Promise(() => undefined);
    };
    const api = await open(connect);
    const controller = new AbortController();
    const call = api.call('jobs.wait', { job: 'a' }, controller.signal);
    await vi.waitFor(() => expect(seen).not.toBeNull());
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(seen?.aborted).toBe(true));
  });

  test('when the client goes, its calls and its subscription end', async () => {
    let seen: AbortSignal | null = null;
    engine.answers['jobs.wait'] = (_input, signal) => {
      seen = signal;
      return new Promise(() => undefined);
    };
    const [port] = await connect();
    const api = await createClient(port, { answersOffers: false }, forever);
    collect(api);
    const call = api.call('jobs.wait', { job: 'a' }, forever);
    call.catch(() => undefined);
    await vi.waitFor(() => expect(seen).not.toBeNull());
    expect(engine.listenerCount).toBe(1);
    port.close();
    await expect(call).rejects.toMatchObject({ code: 'interrupted' });
    await vi.waitFor(() => expect(seen?.aborted).toBe(true));
    expect(engine.listenerCount).toBe(0);
  });

  test('when the engine ends, clients see it', async () => {
    const api = await open(connect);
    await engine.stop();
    expect(await api.closed).toBeNull();
    await expect(api.call('jobs.list', {}, forever)).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('wrong input, unknown and inherited calls are refused and reach nobody', async () => {
    const api = await open(connect);
    const untyped = api as unknown as {
      call(name: string, input: unknown, s: AbortSignal): Promise<unknown>;
    };
    for (const [name, input] of [
      ['jobs.destroy', {}],
      ['constructor', {}],
      ['__proto__', {}],
      ['jobs.get', { job: 5 }],
      ['jobs.get', { job: 'a', extra: 1 }],
      ['jobs.get', null],
      ['pair.confirm', { pairing: 'zz', matches: true }],
      ['jobs.send', { paths: [], to: ['b'], options: DEFAULT_COPY_OPTIONS }],
      ['jobs.send', { paths: ['/a'], to: ['b'], options: { ...DEFAULT_COPY_OPTIONS, streams: 1000 } }],
      ['jobs.send', { paths: ['/a'.repeat(10_000)], to: ['b'], options: DEFAULT_COPY_OPTIONS }],
    ] as const) {
      await expect(untyped.call(name, input, forever), name).rejects.toMatchObject({ code: 'usage' });
    }
    expect(engine.calls).toEqual([]);
  });

  test('a browser may not use absolute paths', async () => {
    const api = await open(connect, 'browser');
    const call = api.call(
      'jobs.send',
      { paths: ['/etc'], to: ['b'], options: DEFAULT_COPY_OPTIONS },
      forever,
    );
    await expect(call).rejects.toMatchObject({ code: 'usage' });
    const input = { address: null, code: 'c', into: '/etc', options: DEFAULT_COPY_OPTIONS };
    await expect(api.call('jobs.receive', input, forever)).rejects.toMatchObject({ code: 'no-right' });
    await expect(api.call('web.link', {}, forever)).rejects.toMatchObject({ code: 'no-right' });
    expect(await api.call('jobs.list', {}, forever)).toEqual([]);
    expect(engine.calls).toHaveLength(1);
  });

  test('after lost events the snapshot is told, removals included', async () => {
    const gone = fakePeer({ shortId: 'gone' });
    engine.putPeer(gone);
    const queue = new EventQueue(3);
    const api = await open(connect, 'cli', queue);
    const events = collect(api);
    await vi.waitFor(() => expect(engine.listenerCount).toBe(1));
    engine.putPeer({ ...gone, online: false });
    engine.putOffer(fakeOffer());
    await vi.waitFor(() => expect(events).toHaveLength(2));
    // more than three distinct things at once, as if the port had been slow
    for (let index = 0; index < 5; index += 1) {
      queue.add({
        number: 90 + index,
        event: { kind: 'peer-changed', peer: fakePeer({ shortId: `p${index}` }) },
      });
    }
    engine.peers.delete('gone');
    engine.offers.clear();
    engine.putPeer(fakePeer({ shortId: 'new' }));
    await vi.waitFor(() => expect(events.length).toBeGreaterThanOrEqual(8));
    expect(events.slice(2).map(({ event }) => event.kind)).toEqual([
      'device-changed',
      'settings-changed',
      'shares-changed',
      'peer-removed',
      'offer-removed',
      'peer-changed',
    ]);
  });

  test.each([
    ['no object', 7],
    ['unknown kind', { kind: 'evil' }],
    ['extra field', { kind: 'subscribe', extra: 1 }],
    ['call before hello', { kind: 'call', id: 1, name: 'jobs.list', input: {} }],
    ['negative id', { kind: 'cancel', id: -1 }],
    ['huge id', { kind: 'call', id: 1e300, name: 'jobs.list', input: {} }],
  ])('%s closes the port', async (_case, message) => {
    const [client, host] = await connect();
    client.onMessage(() => undefined);
    client.send(message);
    expect(await host.closed).toMatchObject({ code: 'internal' });
    await client.closed;
    expect(engine.calls).toEqual([]);
  });

  test('two hellos and too many calls close the port', async () => {
    const hello = { kind: 'hello', version: 1, answersOffers: false };
    const [client, host] = await connect();
    client.onMessage(() => undefined);
    client.send(hello);
    client.send(hello);
    expect(await host.closed).toMatchObject({ code: 'internal' });

    engine.answers['jobs.wait'] = () => new Promise(() => undefined);
    const [second, secondHost] = await connect();
    second.onMessage(() => undefined);
    second.send(hello);
    for (let id = 1; id <= 300; id += 1)
      second.send({ kind: 'call', id, name: 'jobs.wait', input: { job: 'a' } });
    expect(await secondHost.closed).toMatchObject({ code: 'internal' });
  });

  test('an engine of another version is told apart', async () => {
    const [client, host] = createInProcessPorts();
    host.onMessage(() => host.send({ kind: 'hello', version: 99 }));
    await expect(createClient(client, { answersOffers: false }, forever)).rejects.toMatchObject({
      code: 'newer-peer',
    });
  });
});

test('an answer that is too large loses problems, not the answer', async () => {
  const problems = Array.from({ length: 10_000 }, (_, index) => ({
    path: `${index}${'x'.repeat(2_000)}`,
    code: 'unreadable' as const,
  }));
  engine.putJob(fakeJob({ state: 'partial', result: fakeResult({ problems, problemCount: 10_000 }) }));
  const api = await open(localSocket);
  const job = await api.call('jobs.get', { job: '1' }, forever);
  expect(job.result?.problems).toHaveLength(1_000);
  expect(job.result?.problemCount).toBe(10_000);
});

test('a reader that stops keeps only the latest of each job waiting', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ferry-bridge-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  const path = join(folder, 's');
  const queue = new EventQueue();
  const server = await listenLocalSocket(path, (port) => servePort(engine, port, 'cli', {}, queue), forever);
  cleanUp.push(() => server.close());
  const port = await connectLocalSocket(path, forever);
  const received: unknown[] = [];
  // messages come only from here on: until onMessage is called nothing is read from the socket
  port?.send({ kind: 'hello', version: 1, answersOffers: false });
  port?.send({ kind: 'subscribe' });
  await vi.waitFor(() => expect(engine.listenerCount).toBe(1));
  const names = Array.from({ length: 10 }, () => 'n'.repeat(1_000));
  for (let tick = 1; tick <= 3_000; tick += 1) {
    engine.putJob(fakeJob({ names, updatedMs: tick }));
    if (tick % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(queue.size).toBe(1);
  port?.onMessage((message) => received.push(message));
  await vi.waitFor(() => expect(received.at(-1)).toMatchObject({ kind: 'event', number: 3_000 }));
  // what the kernel's buffers took, far from 3,000
  expect(received.length).toBeLessThan(1_500);
});
