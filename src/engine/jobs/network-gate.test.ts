import { afterEach, expect, test, vi } from 'vitest';
import type { NetworkCaution } from '../../shared/device.ts';
import type { JobId } from '../../shared/ids.ts';
import { NO_PROGRESS } from '../../shared/job.ts';
import type { StateClient } from '../state/state-client.ts';
import { ALICE, SELF, sampleJob } from '../state/testing/sample-records.ts';
import { JobBook } from './job-book.ts';
import { NetworkGate } from './network-gate.ts';

afterEach(() => void vi.useRealTimers());

/** A job of this device to a peer, over a way that `way.caution` is told of, and what the gate does to it. */
async function start(anyNetwork: boolean, orderer = SELF) {
  const way: { caution: NetworkCaution | null } = { caution: 'metered' };
  const done: string[] = [];
  let isOffered = false;
  const state = { jobs: { put: async () => undefined, update: async () => undefined } };
  const book: JobBook = new JobBook(
    state as unknown as StateClient,
    () => undefined,
    (view) => gate.seen(view),
  );
  const record = sampleJob(
    1,
    { role: 'source', state: 'waiting', waitingFor: 'peer', into: null, progress: NO_PROGRESS },
    { orderer },
  );
  const gate: NetworkGate = new NetworkGate({
    ownId: SELF,
    book,
    cautionTo: (peer) => (peer === ALICE ? way.caution : null),
    pause: async (_: JobId, isPaused) => {
      done.push(isPaused ? 'pause' : 'resume');
      const paused = { state: 'waiting', waitingFor: 'paused', pausedBy: 'here' } as const;
      const moving = { state: 'running', waitingFor: null, pausedBy: null } as const;
      book.update(live, isPaused ? paused : moving);
    },
    offer: () => {
      if (!isOffered) return false;
      done.push('offer');
      book.update(live, { waitingFor: 'approval', pausedBy: null });
      return true;
    },
    log: () => undefined,
  });
  const live = await book.create({ ...record, options: { ...record.options, anyNetwork } });
  const unanswered = () => {
    isOffered = true;
  };
  return { gate, book, live, way, done, unanswered };
}

test('a copy is not offered over a metered network until a person lets it, and then any way', async () => {
  const { gate, live, done, unanswered, book } = await start(false);
  unanswered();
  expect(gate.holds(live)).toBe(true);
  expect(live.view).toMatchObject({ state: 'waiting', waitingFor: 'paused', heldBy: 'metered' });
  expect(gate.release(live)).toBe(true);
  expect(done).toEqual(['offer']);
  expect(live.view).toMatchObject({ waitingFor: 'approval', heldBy: null });
  expect(gate.holds(live)).toBe(false);
  book.update(live, { state: 'running', waitingFor: null });
  await Promise.resolve();
  expect(live.view.state).toBe('running');
  gate.stop();
});

test('a copy that moves is stopped when its way becomes one to ask about, and goes on by itself', async () => {
  vi.useFakeTimers();
  const { gate, live, way, done, book } = await start(false);
  way.caution = null;
  book.update(live, { state: 'running', waitingFor: null });
  await vi.advanceTimersByTimeAsync(6_000);
  expect(done).toEqual([]);
  way.caution = 'internet';
  book.update(live, { progress: NO_PROGRESS });
  await vi.advanceTimersByTimeAsync(6_000);
  expect(done).toEqual(['pause']);
  expect(live.view).toMatchObject({ waitingFor: 'paused', heldBy: 'internet' });
  way.caution = null;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(done).toEqual(['pause', 'resume']);
  expect(live.view).toMatchObject({ state: 'running', heldBy: null });
  gate.stop();
});

test('what may go any way, and what others have ordered, is not held', async () => {
  for (const { gate, live } of [await start(true), await start(false, ALICE)]) {
    expect(gate.holds(live)).toBe(false);
    gate.stop();
  }
});
