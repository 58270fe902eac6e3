import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { SpaceLedger } from './space-ledger.ts';

const jobOf = (number: number) => number.toString(16).padStart(15, '0').padEnd(32, '0') as JobId;

test('every job sees what all others need on its file system, whichever thread they are in', () => {
  const action = fc.record({
    job: fc.nat({ max: 9 }),
    device: fc.bigInt({ min: 0n, max: 2n }),
    bytes: fc.option(fc.nat()),
  });
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      const ledger = new SpaceLedger();
      const other = new SpaceLedger(ledger.memory);
      const needs = new Map<number, { device: bigint; bytes: number }>();
      for (const [at, { job, device, bytes }] of actions.entries()) {
        const one = at % 2 === 0 ? ledger : other;
        if (bytes === null) {
          one.leave(jobOf(job));
          needs.delete(job);
        } else {
          one.need(jobOf(job), device, bytes);
          needs.set(job, { device, bytes });
        }
      }
      for (const device of [0n, 1n, 2n]) {
        const others = [...needs].filter(([job, need]) => job !== 3 && need.device === device);
        const sum = others.reduce((total, [, need]) => total + need.bytes, 0);
        expect(other.othersNeed(jobOf(3), device)).toBe(sum);
      }
    }),
  );
});

test('more jobs than there is room for do no harm', () => {
  const ledger = new SpaceLedger();
  for (let job = 0; job < 100; job++) ledger.need(jobOf(job), 1n, 10);
  expect(ledger.othersNeed(jobOf(999), 1n)).toBe(640);
  for (let job = 0; job < 100; job++) ledger.leave(jobOf(job));
  expect(ledger.othersNeed(jobOf(999), 1n)).toBe(0);
});
