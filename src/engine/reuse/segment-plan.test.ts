import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { searchedFor } from '../wire/data-segment.ts';
import { SumIndex } from './delta-index.ts';
import { findCopies } from './delta-match.ts';
import type { DeltaPlan } from './delta-plan.ts';
import { toPieces } from './delta-plan.ts';
import { searchHeld } from './delta-run.ts';
import { sumsOf } from './delta-sums.ts';
import { SearchWindow } from './delta-window.ts';
import { planSegment } from './segment-plan.ts';
import { anyEdits, applyEdits, noise } from './testing/edit-script.ts';

const BLOCK = 4096;

function piecesOf(old: Buffer, next: Buffer, range: { from: number; to: number }) {
  const sums = sumsOf(old, BLOCK);
  const version = { size: next.length, mtimeSec: 0, mtimeNs: 0, ctimeSec: 0, ctimeNs: 0 };
  const { from, to } = searchedFor({ version, offset: range.from, length: range.to - range.from, sums });
  const searched = next.subarray(from, to);
  const copies = searchHeld(
    findCopies(SearchWindow.over(searched), { from: 0, to: searched.length }, new SumIndex(sums)),
  );
  return toPieces(copies, BLOCK).map((piece) => ({ ...piece, at: piece.at + from }));
}

/** Every byte of what a plan covers: how often it is in a piece, a gap or a whole block. */
function cover(plans: readonly DeltaPlan[], into: Uint8Array, old: Buffer, next: Buffer): void {
  for (const { patches, whole } of plans) {
    for (const offset of whole) into.fill(1, offset, Math.min(into.length, offset + BLOCK_BYTES));
    for (const { pieces, gaps } of patches) {
      for (const { at, oldAt, length } of pieces) {
        expect(next.subarray(at, at + length).equals(old.subarray(oldAt, oldAt + length))).toBe(true);
        for (let byte = at; byte < at + length; byte++) into[byte] = (into[byte] as number) + 1;
      }
      for (const { at, length, oldAt, oldLength } of gaps) {
        expect(oldAt >= 0 && oldAt + oldLength <= old.length).toBe(true);
        for (let byte = at; byte < at + length; byte++) into[byte] = (into[byte] as number) + 1;
      }
    }
  }
}

test('whatever was edited and wherever it is expected, plans cover each byte of a segment once, and no other', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat({ max: 3 }),
      anyEdits(300_000),
      fc.integer({ min: -5_000_000, max: 5_000_000 }),
      (seed, start, edits, shift) => {
        const old = noise(3 * BLOCK_BYTES + 12_345, seed);
        const next = applyEdits(old, edits);
        const from = Math.min(start * BLOCK_BYTES, Math.floor(next.length / BLOCK_BYTES) * BLOCK_BYTES);
        const range = { from, to: Math.min(next.length, from + 2 * BLOCK_BYTES) };
        const sizes = { newBytes: next.length, oldBytes: old.length };
        const planned = planSegment(piecesOf(old, next, range), range, sizes, shift, () => false);
        const covered = new Uint8Array(next.length);
        cover([planned.plan, ...(planned.unclear === null ? [] : [planned.unclear])], covered, old, next);
        expect(covered.subarray(0, range.from).every((times) => times === 0)).toBe(true);
        expect(covered.subarray(range.from, range.to).every((times) => times === 1)).toBe(true);
        expect(covered.subarray(range.to).every((times) => times === 0)).toBe(true);
      },
    ),
    { numRuns: 30 },
  );
});

test('what lies across the edges of a segment is found from both sides', () => {
  const old = noise(4 * BLOCK_BYTES, 5);
  const next = applyEdits(old, [{ kind: 'insert', at: 0.1, length: 1234, seed: 1 }]);
  const sizes = { newBytes: next.length, oldBytes: old.length };
  const range = { from: 2 * BLOCK_BYTES, to: 3 * BLOCK_BYTES };
  const { plan, unclear, shift } = planSegment(piecesOf(old, next, range), range, sizes, 0, () => false);
  expect(plan.patches.flatMap(({ gaps }) => gaps)).toEqual([]);
  expect(plan.foundBytes).toBe(BLOCK_BYTES);
  expect([unclear, shift]).toEqual([null, 1234]);
});

test('a block with a long gap is planned apart', () => {
  const old = noise(4 * BLOCK_BYTES, 5);
  const next = applyEdits(old, [{ kind: 'overwrite', at: 0.3, length: 200_000, seed: 1 }]);
  const sizes = { newBytes: next.length, oldBytes: old.length };
  const range = { from: 0, to: 4 * BLOCK_BYTES };
  const { plan, unclear } = planSegment(piecesOf(old, next, range), range, sizes, 0, () => false);
  expect(unclear?.patches.map(({ offset, length }) => [offset, length])).toEqual([
    [BLOCK_BYTES, BLOCK_BYTES],
  ]);
  expect(plan.patches.map(({ offset }) => offset)).toEqual([0, 2 * BLOCK_BYTES]);
});
