import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SpaceLedger } from '../../src/engine/disk/space-ledger.ts';
import { createIdentity } from '../../src/engine/identity/identity.ts';
import type { PullOrder } from '../../src/engine/transfer/pull-order.ts';
import { PullSession } from '../../src/engine/transfer/pull-session.ts';
import { SharedPace } from '../../src/engine/transfer/shared-pace.ts';
import type { JobId } from '../../src/shared/ids.ts';
import type { JobResult } from '../../src/shared/job.ts';
import { FakeDevice } from './fake-device.ts';
import { gift, type SourceScript, serveByScript } from './source-script.ts';

/** Sources that keep a connection open and say nothing more. A pull runs in this thread, with a clock of ours. */

const CHECK_MS = 5_000;
const REAL_MS = 5_000;

let device: FakeDevice;
let into: string;

beforeEach(async () => {
  device = await FakeDevice.start();
  into = await mkdtemp(join(tmpdir(), 'ferry-stall-'));
});

afterEach(async () => {
  vi.useRealTimers();
  await device.stop();
  await rm(into, { recursive: true, force: true });
});

function orderOf(): PullOrder {
  return {
    job: randomBytes(16).toString('hex') as JobId,
    secret: randomBytes(32),
    sourceId: device.identity.id,
    addresses: [{ host: '127.0.0.1', port: device.port }],
    offered: { names: [Buffer.from('gift')], count: 1 },
    into: Buffer.from(into),
    streams: 1,
    onConflict: 'fail',
    checksum: false,
    reuse: false,
    dryRun: false,
    limitBytesPerSecond: null,
    orderedMs: Date.now(),
    resume: null,
  };
}

/** Pulls from a source that goes by `script`, the clock running ahead whenever nothing happens. */
async function pull(script: SourceScript) {
  let connections = 0;
  device.handlers.onData = (at) => {
    connections += 1;
    return serveByScript(at, script);
  };
  const identity = await createIdentity();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const states: string[] = [];
  const ended = Promise.withResolvers<JobResult>();
  const session = new PullSession(
    orderOf(),
    identity,
    {
      state: (state) => states.push(state),
      progress: () => undefined,
      parts: () => undefined,
      question: () => undefined,
      unreachable: () => undefined,
      learned: () => undefined,
      ended: ended.resolve,
      claimed: () => undefined,
      unclaimed: () => undefined,
      receipts: () => undefined,
      suspended: () => undefined,
    },
    { ledger: new SpaceLedger(), pace: new SharedPace(), list: null, index: null },
  );
  session.start();
  let result: JobResult | null = null;
  void ended.promise.then((value) => {
    result = value;
  });
  let silentMs = 0;
  for (const endMs = Date.now() + REAL_MS; result === null && Date.now() < endMs; silentMs += CHECK_MS) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    vi.advanceTimersByTime(CHECK_MS);
  }
  session.stop('cancelled', 'parts');
  return { result: await ended.promise, connections, silentMs, states };
}

const never = () => true;
const cases: readonly [string, SourceScript][] = [
  ['the listing', { onList: never }],
  ['a want', { pages: gift(5), onWant: never }],
  ['a block', { pages: gift(3_000_000), onWant: never }],
  ['the commit', { pages: gift(5), onCommit: never }],
];
it.each(cases)('is dialled anew after a minute, and given up on in the end: %s', async (_name, script) => {
  const { result, connections, silentMs, states } = await pull(script);
  expect(result).toMatchObject({ state: 'failed', failure: { code: 'timeout' } });
  expect(connections).toBeGreaterThanOrEqual(3);
  expect(silentMs).toBeGreaterThan(180_000);
  expect(states).toContain('waiting');
  // What was finished stays where it is; what was not has no name yet.
  const isFinished = script.onCommit !== undefined;
  expect((await readdir(into)).filter((name) => !name.startsWith('.'))).toEqual(isFinished ? ['gift'] : []);
});

it('goes on as soon as the source answers again', async () => {
  let asked = 0;
  const { result, connections } = await pull({ pages: gift(5), onWant: () => ++asked < 3 });
  expect({ state: result.state, connections }).toEqual({ state: 'done', connections: 3 });
});
