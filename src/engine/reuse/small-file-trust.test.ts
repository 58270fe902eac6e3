import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SmallFileTrust } from './small-file-trust.ts';

/** Offers files, each known or not; returns how many were looked up. */
function run(isKnown: readonly boolean[]): number {
  const trust = new SmallFileTrust();
  let looks = 0;
  for (const known of isKnown) {
    if (!trust.isWorthALook()) continue;
    looks += 1;
    trust.looked(known);
  }
  return looks;
}

test('of new files only samples are looked up', () => {
  expect(run(Array(400).fill(false))).toBe(400);
  expect(run(Array(100_000).fill(false))).toBeLessThan(600 + 100_000 / 16);
});

test('what is known everywhere is always looked up, and a known folder after many new files is found', () => {
  expect(run(Array(50_000).fill(true))).toBe(50_000);
  const late = [...Array<boolean>(30_000).fill(false), ...Array<boolean>(30_000).fill(true)];
  expect(run(late)).toBeGreaterThan(30_000 - 1_100);
});

test('as long as something is found now and then nothing is missed', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 20 }), (gaps) => {
      const files = gaps.flatMap((gap) => [...Array<boolean>(gap - 1).fill(false), true]);
      expect(run(files)).toBe(files.length);
    }),
    { numRuns: 20 },
  );
});
