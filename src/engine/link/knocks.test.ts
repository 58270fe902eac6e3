import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DeviceId } from '../../shared/ids.ts';
import { shortIdOf } from '../identity/device-id.ts';
import { Knocks } from './knocks.ts';

const idOf = (number: number) => number.toString(16).padStart(64, '0') as DeviceId;
const MINUTE_MS = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function makeKnocks() {
  const shown: (string | null)[] = [];
  const knocks: Knocks = new Knocks(() => shown.push(knocks.latest?.name ?? null));
  return { knocks, shown };
}

it('shows the latest device for two minutes', () => {
  const { knocks, shown } = makeKnocks();
  knocks.knock(idOf(1), 'one');
  expect(knocks.latest).toEqual({ shortId: shortIdOf(idOf(1)), name: 'one', atMs: Date.now() });
  vi.advanceTimersByTime(MINUTE_MS);
  knocks.knock(idOf(2), 'two');
  vi.advanceTimersByTime(2 * MINUTE_MS - 1);
  expect(shown).toEqual(['one', 'two']);
  vi.advanceTimersByTime(1);
  expect(shown).toEqual(['one', 'two', null]);
});

it('lets nobody ring twice, and changes no more often than every two seconds', () => {
  const { knocks, shown } = makeKnocks();
  knocks.knock(idOf(1), 'one');
  for (let number = 2; number < 1_000; number += 1) knocks.knock(idOf(number), 'many');
  vi.advanceTimersByTime(5_000);
  knocks.knock(idOf(1), 'one again');
  expect(shown).toEqual(['one']);
  knocks.knock(idOf(2), 'two');
  vi.advanceTimersByTime(10 * MINUTE_MS);
  knocks.knock(idOf(1), 'one later');
  expect(shown).toEqual(['one', 'two', null, 'one later']);
});

it('is silent when too many ring, and hears again once a person has opened the window', () => {
  const { knocks, shown } = makeKnocks();
  for (let number = 1; number <= 280; number += 1) {
    knocks.knock(idOf(number), `${number}`);
    vi.advanceTimersByTime(2_000);
  }
  expect(shown).toHaveLength(256);
  knocks.heard();
  expect(shown.at(-1)).toBeNull();
  vi.advanceTimersByTime(2_000);
  knocks.knock(idOf(1), 'heard');
  expect(shown.at(-1)).toBe('heard');
  knocks.stop();
  expect(vi.getTimerCount()).toBe(0);
});
