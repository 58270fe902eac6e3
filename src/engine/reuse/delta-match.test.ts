import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Copy } from '../wire/data-delta.ts';
import { SumIndex } from './delta-index.ts';
import { countBlocks, findCopies } from './delta-match.ts';
import { runSearch, searchHeld } from './delta-run.ts';
import {
  emptySums,
  leavingTable,
  quickSum,
  rollByte,
  setSum,
  strongSum,
  sumsOf,
  weakSum,
  windowOf,
} from './delta-sums.ts';
import { SearchWindow } from './delta-window.ts';
import { anyEdits, applyEdits, noise } from './testing/edit-script.ts';

const BLOCK = 1024;

function search(old: Buffer, next: Buffer, blockBytes = BLOCK): readonly Copy[] {
  const index = new SumIndex(sumsOf(old, blockBytes));
  return searchHeld(findCopies(SearchWindow.over(next), { from: 0, to: next.length }, index));
}

function copied(copies: readonly Copy[], blockBytes = BLOCK): number {
  return copies.reduce((sum, { blocks }) => sum + blocks * blockBytes, 0);
}

test('a rolled sum is the sum of the window, anywhere', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 70, maxLength: 300 }),
      fc.constantFrom(1, 16, 64),
      (bytes, window) => {
        const leaving = leavingTable(window);
        const rolling = { at: 0, sum: weakSum(bytes, 0, window) | 0 };
        while (rolling.at + window < bytes.length) {
          rollByte(rolling, bytes, window, leaving);
          expect(rolling.sum >>> 0).toBe(weakSum(bytes, rolling.at, window));
        }
      },
    ),
  );
});

test('whatever was edited, every copy is what the old version has there', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 80_000 }), anyEdits(20_000), (seed, length, edits) => {
      const old = noise(length, seed);
      const next = applyEdits(old, edits);
      let end = 0;
      for (const { at, block, blocks } of search(old, next)) {
        expect(at).toBeGreaterThanOrEqual(end);
        end = at + blocks * BLOCK;
        expect(next.subarray(at, end).equals(old.subarray(block * BLOCK, (block + blocks) * BLOCK))).toBe(
          true,
        );
      }
      expect(end).toBeLessThanOrEqual(next.length);
    }),
  );
});

test('a search finds as much of a file that is read piece by piece', async () => {
  const old = noise(6_000_000, 1);
  const next = applyEdits(old, [
    { kind: 'insert', at: 0.3, length: 77, seed: 5 },
    { kind: 'delete', at: 0.6, length: 1_500_001 },
    { kind: 'overwrite', at: 0.1, length: 5, seed: 9 },
  ]);
  const blockBytes = 2048;
  const index = new SumIndex(sumsOf(old, blockBytes));
  const window = SearchWindow.reading(0, next.length, 2 * blockBytes);
  const reads: number[] = [];
  const copies = await runSearch(
    findCopies(window, { from: 0, to: next.length }, index),
    async ({ offset, into }) => {
      reads.push(offset);
      next.copy(into, 0, offset, offset + into.length);
    },
  );
  expect(copies).toEqual(search(old, next, blockBytes));
  expect(copied(copies, blockBytes)).toBeGreaterThan(next.length - 6 * blockBytes);
  // One pass: nothing is read twice.
  expect(reads).toEqual(reads.toSorted((a, b) => a - b));
  expect(new Set(reads).size).toBe(reads.length);
});

test('one insertion costs one block, wherever it is', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      fc.integer({ min: 1, max: 5000 }),
      (at, length) => {
        const old = noise(64 * BLOCK, 3);
        const next = applyEdits(old, [{ kind: 'insert', at, length, seed: 8 }]);
        expect(copied(search(old, next))).toBeGreaterThanOrEqual(63 * BLOCK);
      },
    ),
  );
});

test('zeros are found again though the same sum is everywhere in them', () => {
  const old = Buffer.concat([noise(5000, 1), Buffer.alloc(50_000), noise(5000, 2)]);
  const next = Buffer.concat([noise(5000, 1), Buffer.alloc(43_210), noise(5000, 2)]);
  expect(copied(search(old, next))).toBeGreaterThan(next.length - 5 * BLOCK);
});

test('sums that are right everywhere and never hold cost no more than the file once more', () => {
  const next = Buffer.alloc(300_000);
  for (let at = 0; at < next.length; at++) next[at] = at & 1;
  const sums = emptySums(BLOCK, 5000);
  const window = windowOf(BLOCK);
  for (let block = 0; block < 5000; block++) {
    sums.weak[block] = weakSum(next, block & 1, window);
    sums.strong[block] = block;
  }
  const index = new SumIndex(sums);
  let looks = 0;
  const find = index.find.bind(index);
  index.find = (weak, strong) => {
    looks += 1;
    return find(weak, strong);
  };
  const found = searchHeld(findCopies(SearchWindow.over(next), { from: 0, to: next.length }, index));
  expect(found).toEqual([]);
  expect(looks).toBeGreaterThan(1);
  expect(looks * BLOCK).toBeLessThanOrEqual(next.length + 32 * BLOCK);
});

test('chains of equal weak sums are cut short', () => {
  const sums = emptySums(BLOCK, 60_000);
  sums.weak.fill(7);
  for (let block = 0; block < 60_000; block++) sums.strong[block] = block;
  const index = new SumIndex(sums);
  const found = Array.from({ length: 60_000 }, (_, strong) => index.find(7, strong)).filter(
    (block) => block >= 0,
  );
  expect(found).toHaveLength(8);
});

test('sampled blocks are counted wherever they have gone', () => {
  const old = noise(200_000, 4);
  const sums = emptySums(BLOCK, 10);
  for (let block = 0; block < 10; block++)
    setSum(sums, block, old.subarray(block * 20_000, block * 20_000 + BLOCK));
  const count = (next: Buffer) =>
    searchHeld(countBlocks(SearchWindow.over(next), { from: 0, to: next.length }, new SumIndex(sums)));
  expect(count(old)).toBe(10);
  expect(count(applyEdits(old, [{ kind: 'insert', at: 0.33, length: 13, seed: 1 }]))).toBe(10);
  expect(count(noise(200_000, 5))).toBe(0);
});

test('sums are what docs/protocol.md says', () => {
  const bytes = Buffer.from('ferry');
  expect([weakSum(bytes, 0, 5), strongSum(bytes)]).toEqual([0x706e3818, 0x2a211116]);
  // The one that everybody gives for MurmurHash3_x86_32.
  expect(quickSum(Buffer.from('test'))).toBe(0xba6bd213);
});
