import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeEngine } from '../../../bridge/testing/fake-engine.ts';
import { Failure, type FailureCode } from '../../../shared/failure.ts';
import { callUntilOpen } from './call-until-open.ts';

const PAIRING = {
  pairing: 'ab'.repeat(8),
  role: 'initiator',
  peer: null,
  code: '040920',
  state: 'comparing',
  failure: null,
  expiresMs: 0,
} as const;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** How a call ended; taken at once, so that no rejection is without an owner. */
async function endOf(call: Promise<void>): Promise<FailureCode | 'resolved'> {
  try {
    await call;
    return 'resolved';
  } catch (error) {
    return (error as Failure).code;
  }
}

/** An engine whose other side answers with these, one a call, and then with digits. */
function engineThat(...failures: readonly FailureCode[]): { engine: FakeEngine; calls: () => number } {
  const engine = new FakeEngine();
  let calls = 0;
  engine.answers['pair.start'] = async () => {
    const failure = failures[calls];
    calls += 1;
    if (failure !== undefined) throw new Failure(failure);
    return PAIRING as never;
  };
  return { engine, calls: () => calls };
}

test('it is tried until the window there is open', async () => {
  const { engine, calls } = engineThat('pairing-closed', 'peer-gone', 'pairing-closed');
  const call = callUntilOpen(engine, 'kkkk', Date.now() + 120_000, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(10_000);
  await call;
  expect(calls()).toBe(4);
});

test('it ends when nobody opens it in time', async () => {
  const { engine, calls } = engineThat(...Array.from({ length: 100 }, () => 'pairing-closed' as const));
  const end = endOf(callUntilOpen(engine, 'kkkk', Date.now() + 10_000, new AbortController().signal));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await end).toBe('pairing-closed');
  expect(calls()).toBeGreaterThanOrEqual(4);
  expect(calls()).toBeLessThanOrEqual(6);
});

test('what will not pass ends it at once', async () => {
  const { engine, calls } = engineThat('unreachable');
  const call = callUntilOpen(engine, 'kkkk', Date.now() + 120_000, new AbortController().signal);
  await expect(call).rejects.toMatchObject({ code: 'unreachable' });
  expect(calls()).toBe(1);
});

test('going away ends it without another try', async () => {
  const { engine, calls } = engineThat('pairing-closed', 'pairing-closed');
  const ending = new AbortController();
  const end = endOf(callUntilOpen(engine, 'kkkk', Date.now() + 120_000, ending.signal));
  await vi.advanceTimersByTimeAsync(500);
  ending.abort();
  expect(await end).toBe('cancelled');
  expect(calls()).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});
