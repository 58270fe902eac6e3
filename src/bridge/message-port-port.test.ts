import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { EventQueue } from './event-queue.ts';
import { servePort } from './host.ts';
import { createMessagePortPort, type ElectronMessagePort } from './message-port-port.ts';
import { FakeEngine } from './testing/fake-engine.ts';
import { fakeJob } from './testing/fake-values.ts';

/** Two joined channels of the shape that Electron's own processes have. */
function createElectronChannel(): [ElectronMessagePort, ElectronMessagePort] {
  const emitters = [new EventEmitter(), new EventEmitter()] as const;
  let open = true;
  const make = (own: EventEmitter, other: EventEmitter): ElectronMessagePort => ({
    postMessage: (message) => {
      const data: unknown = structuredClone(message);
      queueMicrotask(() => other.emit('message', { data, ports: [] }));
    },
    on: (event: string, listener: (...args: never[]) => void) => own.on(event, listener as () => void),
    start: () => undefined,
    close: () => {
      if (open) queueMicrotask(() => other.emit('close'));
      open = false;
    },
  });
  return [make(emitters[0], emitters[1]), make(emitters[1], emitters[0])];
}

test.each([
  [
    'of threads and browsers',
    () => {
      const { port1, port2 } = new MessageChannel();
      return [port1, port2] as const;
    },
  ],
  ['of Electron', createElectronChannel],
])('a channel %s carries messages both ways, in order, until either end closes', async (_name, create) => {
  const [left, right] = create();
  const [one, two] = [createMessagePortPort(left), createMessagePortPort(right)];
  const got: unknown[] = [];
  for (let number = 0; number < 10; number += 1) one.send({ number });
  // those that came before there was a listener are kept
  await new Promise((resolve) => setImmediate(resolve));
  two.onMessage((message) => got.push(message));
  one.send('last');
  await vi.waitFor(() => expect(got).toHaveLength(11));
  expect(got.at(0)).toEqual({ number: 0 });
  const back: unknown[] = [];
  one.onMessage((message) => back.push(message));
  two.send(['back', null]);
  two.close();
  expect(await one.closed).toBeNull();
  expect(await two.closed).toBeNull();
  expect(back).toEqual([['back', null]]);
  expect(one.send('late')).toBe(false);
});

test('an end that is told to pause slows the other, and a resume frees it', async () => {
  const { port1, port2 } = new MessageChannel();
  const [writer, reader] = [createMessagePortPort(port1), createMessagePortPort(port2)];
  let taken = 0;
  let drains = 0;
  reader.onMessage(() => (taken += 1));
  writer.onDrain(() => (drains += 1));
  reader.pause();
  let sent = 0;
  do sent += 1;
  while (writer.send(sent));
  expect(sent).toBeLessThan(1_000);
  await vi.waitFor(() => expect(taken).toBe(sent));
  expect(writer.send('more')).toBe(false);
  expect(drains).toBe(0);
  reader.resume();
  await vi.waitFor(() => expect(drains).toBe(1));
  expect(writer.send('again')).toBe(true);
  writer.close();
  await reader.closed;
});

test('a front end that stops reading keeps only the latest of each job waiting', async () => {
  const { port1, port2 } = new MessageChannel();
  const [page, host] = [createMessagePortPort(port1), createMessagePortPort(port2)];
  const engine = new FakeEngine();
  const queue = new EventQueue();
  servePort(engine, host, 'desktop', {}, queue);
  const got: unknown[] = [];
  page.onMessage((message) => got.push(message));
  page.send({ kind: 'hello', version: 1, answersOffers: false });
  page.send({ kind: 'subscribe' });
  await vi.waitFor(() => expect(engine.listenerCount).toBe(1));
  page.pause();
  for (let tick = 1; tick <= 3_000; tick += 1) engine.putJob(fakeJob({ updatedMs: tick }));
  expect(queue.size).toBe(1);
  await vi.waitFor(() => expect(got.length).toBeGreaterThan(10));
  page.resume();
  await vi.waitFor(() => expect(got.at(-1)).toMatchObject({ kind: 'event', number: 3_000 }));
  expect(got.length).toBeLessThan(200);
  page.close();
  await host.closed;
});

test.each([
  ['no envelope', 7],
  ['an unknown one', { kind: 'evil' }],
  ['a message without one', { kind: 'message' }],
  ['more taken than was sent', { kind: 'taken', count: 5 }],
  ['less than nothing taken', { kind: 'taken', count: -5 }],
  ['no number', { kind: 'taken', count: Number.NaN }],
])('%s ends the port', async (_name, raw) => {
  const { port1, port2 } = new MessageChannel();
  const port = createMessagePortPort(port2);
  port1.postMessage(raw);
  expect(await port.closed).toMatchObject({ code: 'internal' });
});
