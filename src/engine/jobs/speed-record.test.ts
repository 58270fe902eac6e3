import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type JobState, NO_PROGRESS } from '../../shared/job.ts';
import { SpeedBuckets } from './speed-buckets.ts';
import { SpeedRecord } from './speed-record.ts';

function at(state: JobState, bytes: number, there = 0, bytesPerSecond = 0) {
  const from = { there, here: 0, older: 0 };
  return { state, progress: { ...NO_PROGRESS, bytes, bytesPerSecond, from } };
}

it('records nothing before the job runs', () => {
  const record = new SpeedRecord();
  record.note(at('preparing', 0), 1_000);
  record.note(at('waiting', 0), 2_000);
  expect(record.series(3_000)).toBeNull();
});

it('tells what was sent in each quarter of a second, and a pause as a gap', () => {
  const record = new SpeedRecord();
  record.note(at('running', 0), 10_000);
  record.note(at('running', 100), 10_250);
  // Half a second without news: its bytes came evenly.
  record.note(at('running', 300), 10_750);
  // What was there already is no speed.
  record.note(at('running', 1_350, 1_000), 11_000);
  record.note(at('waiting', 1_350, 1_000), 11_250);
  record.note(at('running', 1_350, 1_000), 11_750);
  record.note(at('running', 1_450, 1_000), 12_000);
  const values = [400, 400, 400, 200, 0, null, null, 400];
  expect(record.series(12_000)).toEqual({
    recent: { startMs: 10_000, stepMs: 250, values },
    whole: { startMs: 10_000, stepMs: 250, values },
  });
});

it('tells a pause that lasts', () => {
  const record = new SpeedRecord();
  record.note(at('running', 0), 0);
  record.note(at('waiting', 50), 250);
  expect(record.series(1_000)?.recent.values).toEqual([200, null, null, null]);
});

it('takes a job that is listed anew for no speed, and clocks that go back for no time', () => {
  const record = new SpeedRecord();
  record.note(at('running', 1_000), 1_000);
  record.note(at('running', 0), 1_250);
  record.note(at('running', 10), 900);
  record.note(at('running', 100, 0, 400), 1_500);
  expect(record.series(1_500)?.whole.values).toEqual([0, 360]);
});

it('takes what an interrupted job has kept for no speed, however it is counted again', () => {
  const record = new SpeedRecord();
  // As it was stored, then taken up by another engine.
  record.note(at('waiting', 110_000), 0);
  record.note(at('running', 110_000), 1_000);
  record.note(at('running', 20, 0, 80), 1_250);
  record.note(at('running', 60_000, 0, 100), 1_500);
  record.note(at('running', 110_050, 0, 100), 1_750);
  record.note(at('running', 110_080, 0, 100), 2_000);
  // Half of the third quarter was new, the rest no more than its speed.
  expect(record.series(2_000)?.whole.values).toEqual([0, 100, 300, 120]);
});

it('stays small however long it runs', () => {
  const record = new SpeedRecord();
  record.note(at('running', 0), 0);
  for (let second = 1; second <= 3_600; second += 1)
    record.note(at('running', second * 1_000), second * 1_000);
  const series = record.series(3_600_000);
  expect(series?.recent).toMatchObject({ startMs: 3_540_000, stepMs: 250 });
  expect(series?.recent.values).toEqual(Array.from({ length: 240 }, () => 1_000));
  expect(series?.whole).toMatchObject({ startMs: 0, stepMs: 16_000 });
  expect(series?.whole.values).toEqual(Array.from({ length: 225 }, () => 1_000));
  // A pause of a month must not be a loop over all of its quarters of a second.
  record.note(at('waiting', 3_600_000), 3_600_001);
  record.note(at('running', 3_600_000), 30 * 86_400_000);
  expect(record.series(30 * 86_400_000)?.whole.values.length).toBeLessThanOrEqual(240);
  expect(record.series(30 * 86_400_000)?.recent.values.every((value) => value === null)).toBe(true);
});

it('loses no byte by widening', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.nat(1_000_000)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (all) => {
      const buckets = new SpeedBuckets(0, 250, 16, 'double');
      let nowMs = 0;
      let total = 0;
      for (const [ms, bytes] of all) {
        buckets.add(nowMs, nowMs + ms, bytes);
        nowMs += ms;
        total += bytes;
      }
      const { values, stepMs } = buckets.series();
      expect(values.length).toBeLessThanOrEqual(16);
      const last = nowMs - (values.length - 1) * stepMs;
      const counted = values.reduce<number>(
        (sum, value, index) => sum + ((value ?? 0) * (index === values.length - 1 ? last : stepMs)) / 1000,
        0,
      );
      expect(Math.abs(counted - total)).toBeLessThanOrEqual((values.length * stepMs) / 1000 + 1);
    }),
  );
});
