import { expect, test } from 'vitest';
import { checkClock } from './check-clock.ts';
import type { DoctorParts } from './doctor-parts.ts';

const DAY_MS = 24 * 3_600_000;
const NOW_MS = Date.UTC(2027, 3, 5);

async function find(nowMs: number, pairedMs: number, updatedMs: number): Promise<string> {
  const parts = {
    peers: { list: () => [{ pairedMs }] },
    book: { list: async () => [{ updatedMs }] },
  } as unknown as DoctorParts;
  return (await checkClock({ parts }, nowMs)).finding;
}

test('a clock that is right, long past, or behind what is remembered', async () => {
  expect(await find(NOW_MS, NOW_MS - DAY_MS, NOW_MS)).toBe('plausible');
  expect(await find(0, 0, 0)).toBe('in-the-past');
  expect(await find(NOW_MS, NOW_MS + 2 * DAY_MS, 0)).toBe('went-back');
  expect(await find(NOW_MS, 0, NOW_MS + 2 * DAY_MS)).toBe('went-back');
  expect(await find(NOW_MS, NOW_MS + DAY_MS / 2, 0)).toBe('plausible');
});
