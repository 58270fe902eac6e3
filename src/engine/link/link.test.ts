import { type Duplex, duplexPair } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import { decodeControl, encodeControl } from '../wire/control-codec.ts';
import { type ControlMessage, controlMessage, type LinkMessage } from '../wire/control-messages.ts';
import { encodeFrame, FrameReader } from '../wire/frame.ts';
import type { Hello } from '../wire/hello.ts';
import { watchGuest } from './guest-watch.ts';
import { Link } from './link.ts';
import { controlSamples } from './testing/control-samples.ts';

const job = 'ab'.repeat(16) as JobId;
const hello: Hello = {
  kind: 'hello',
  magic: 'ferry',
  lowest: 1,
  highest: 1,
  features: [],
  name: 'Peer',
  device: 'server',
  port: 0,
  epoch: 'e',
};

interface Bench {
  readonly link: Link;
  readonly far: Duplex;
  readonly got: LinkMessage[];
  /** What the link has sent, pings left out. */
  readonly said: ControlMessage[];
  say(message: ControlMessage): void;
}

function createBench(options: { isPaired?: boolean; isDialled?: boolean } = {}): Bench {
  const [near, far] = duplexPair();
  const got: LinkMessage[] = [];
  const said: ControlMessage[] = [];
  const link = new Link({
    stream: near,
    greeting: { hello, reader: new FrameReader() },
    peerId: 'cd'.repeat(32) as DeviceId,
    remoteHost: '10.0.0.1',
    remotePort: 1,
    isDialled: options.isDialled ?? false,
    isPaired: () => options.isPaired ?? true,
    admittedJobs: [],
    deliver: () => undefined,
    exportKey: () => Buffer.alloc(32),
  });
  link.onMessage((message) => got.push(message));
  link.start();
  const reader = new FrameReader();
  far.on('data', (chunk: Buffer) => {
    reader.push(chunk);
    for (let frame = reader.next(1 << 20); frame !== null; frame = reader.next(1 << 20)) {
      const message = decodeControl(frame, controlMessage);
      if (message.kind !== 'ping') said.push(message);
    }
  });
  far.on('error', () => undefined);
  return { link, far, got, said, say: (message) => void far.write(encodeControl(message)) };
}

const turn = () => vi.advanceTimersByTimeAsync(1);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('messages go both ways, in order and counted', async () => {
  const { link, got, said, say } = createBench();
  for (let number = 0; number < 5; number += 1) say({ kind: 'job-unknown', job, epoch: `${number}` });
  link.send({ kind: 'job-query', job });
  await turn();
  expect(got.map((message) => message.kind === 'job-unknown' && message.epoch)).toEqual([
    '0',
    '1',
    '2',
    '3',
    '4',
  ]);
  expect(said).toEqual([{ kind: 'job-query', job }]);
  const frameBytes = encodeControl({ kind: 'job-unknown', job, epoch: '0' }).length;
  expect(link.wireBytes().received).toBe(5 * frameBytes);
  link.close();
});

test('pings are answered and measured, and a silent peer is dead after 15 s', async () => {
  const { link, far, said, say } = createBench();
  say({ kind: 'ping', number: 77 });
  await turn();
  expect(said).toEqual([{ kind: 'pong', number: 77 }]);
  await vi.advanceTimersByTimeAsync(39);
  say({ kind: 'pong', number: 5 });
  await turn();
  expect(link.roundTripMs).toBeNull();
  say({ kind: 'pong', number: 1 });
  await turn();
  expect(link.roundTripMs).toBeCloseTo(41, -1);
  let failure: unknown;
  void link.closed.then((reason) => {
    failure = reason;
  });
  await vi.advanceTimersByTimeAsync(14_000);
  expect(link.isClosed).toBe(false);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(failure).toMatchObject({ code: 'peer-gone', reason: 'silent' });
  expect(far.destroyed || far.readableEnded).toBe(true);
  expect(() => link.send({ kind: 'job-query', job })).toThrow(expect.objectContaining({ code: 'peer-gone' }));
  expect(link.tell({ kind: 'job-query', job })).toBe(false);
});

test('a link with bytes moving lives on', async () => {
  const { link, say } = createBench();
  for (let second = 0; second < 60; second += 10) {
    await vi.advanceTimersByTimeAsync(10_000);
    say({ kind: 'pong', number: 9_999 });
    await turn();
  }
  expect(link.isClosed).toBe(false);
  link.close();
});

test('while held nothing is delivered; afterwards all of it, even if the peer has ended meanwhile', async () => {
  const { link, far, got, say } = createBench();
  let release: () => void = () => undefined;
  link.onMessage((message) => {
    if (message.kind === 'pair-confirmed') {
      link.holdWhile(
        new Promise<void>((resolve) => {
          release = resolve;
        }),
      );
    }
  });
  say({ kind: 'pair-confirmed' });
  say({ kind: 'job-query', job });
  await turn();
  far.end(encodeControl({ kind: 'job-cancel', job, reason: 'cancelled' }));
  await turn();
  expect(got.map((message) => message.kind)).toEqual(['pair-confirmed']);
  release();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(got.map((message) => message.kind)).toEqual(['pair-confirmed', 'job-query', 'job-cancel']);
  expect(await link.closed).toMatchObject({ code: 'peer-gone' });
});

test('a peer that does not read is let go', () => {
  const { link, far } = createBench();
  far.pause();
  far.removeAllListeners('data');
  const big = { kind: 'job-unknown' as const, job, epoch: 'x'.repeat(60) };
  expect(() => {
    for (let round = 0; round < 200_000; round += 1) link.send(big);
  }).toThrow(expect.objectContaining({ code: 'peer-gone', reason: 'does not read' }));
  expect(link.isClosed).toBe(true);
});

test.each(controlSamples.map((sample) => [sample.kind, sample] as const))(
  'a guest that sends %s',
  async (kind, sample) => {
    const isAllowed = /^(pair-|join$|joined$|redeem$|refused$)/.test(kind);
    const { link, got, said, say } = createBench({ isPaired: false });
    say(sample);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(link.isClosed).toBe(!isAllowed || kind === 'refused');
    expect(got.length).toBe(isAllowed ? 1 : 0);
    if (isAllowed) return link.close();
    expect(said).toEqual([{ kind: 'refused', code: 'not-paired' }]);
    expect(await link.closed).toMatchObject({ code: 'peer-misbehaved' });
  },
);

test('redeemed is taken once per redeem, and admits its job', async () => {
  const { link, got, say } = createBench({ isPaired: false });
  link.send({ kind: 'redeem', proof: new Uint8Array(32) });
  const redeemed = controlSamples.find((sample) => sample.kind === 'redeemed');
  if (redeemed === undefined) throw new Error('no sample');
  say(redeemed);
  say({ kind: 'job-cancel', job: redeemed.job, reason: 'cancelled' });
  await turn();
  expect(got.map((message) => message.kind)).toEqual(['redeemed', 'job-cancel']);
  expect([...link.admittedJobs]).toEqual([redeemed.job]);
  say(redeemed);
  await turn();
  expect(link.isClosed).toBe(true);
});

test('a guest may not send large frames; a paired device may', async () => {
  const large = encodeFrame(Buffer.alloc(20_000));
  const guest = createBench({ isPaired: false });
  guest.far.write(large.subarray(0, 10));
  await turn();
  expect(guest.link.isClosed).toBe(true);
  const paired = createBench();
  paired.far.write(large.subarray(0, 10));
  await turn();
  expect(paired.link.isClosed).toBe(false);
  paired.link.close();
});

test('a guest that dialled in and says nothing is let go after 10 s, one that came to nothing after 150 s', async () => {
  const idle = createBench({ isPaired: false });
  watchGuest(idle.link);
  const busy = createBench({ isPaired: false });
  watchGuest(busy.link);
  busy.say({ kind: 'pair-confirmed' });
  for (let second = 0; second < 145; second += 5) {
    await vi.advanceTimersByTimeAsync(5_000);
    idle.say({ kind: 'ping', number: 1 });
    busy.say({ kind: 'ping', number: 1 });
    if (second >= 10) expect(idle.link.isClosed).toBe(true);
    expect(busy.link.isClosed).toBe(false);
  }
  await vi.advanceTimersByTimeAsync(6_000);
  expect(busy.link.isClosed).toBe(true);
});

test('a listener that throws a Failure ends the link with it', async () => {
  const { link, say } = createBench();
  link.onMessage(() => {
    throw new TypeError('listener broke');
  });
  say({ kind: 'pair-confirmed' });
  await turn();
  expect(await link.closed).toMatchObject({ code: 'internal' });
});
