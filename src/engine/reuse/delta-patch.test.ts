import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashBytes } from '../wire/block-hash.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import {
  decodePatch,
  decodeWantMatches,
  decodeWantPatch,
  encodePatch,
  encodeWantMatches,
  encodeWantPatch,
  readCopies,
  writeCopies,
} from '../wire/data-delta.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { SumIndex } from './delta-index.ts';
import { findCopies } from './delta-match.ts';
import { answerGap, PatchAssembler, wantedGaps } from './delta-patch.ts';
import { type PatchPlan, planDelta, toPieces } from './delta-plan.ts';
import { searchHeld } from './delta-run.ts';
import { sumsOf } from './delta-sums.ts';
import { SearchWindow } from './delta-window.ts';
import { anyEdits, applyEdits, noise } from './testing/edit-script.ts';

const PATH = ['a' as ByteName];

function versionOf(bytes: Buffer) {
  return { size: bytes.length, mtimeSec: 1, mtimeNs: 2, ctimeSec: 3, ctimeNs: 4 };
}

/** Both ends of a delta, every frame encoded and decoded. */
class TwoVersions {
  sumsBytes = 0;
  answerBytes = 0;
  literalBytes = 0;
  readonly #old: Buffer;
  readonly #next: Buffer;

  constructor(old: Buffer, next: Buffer) {
    this.#old = old;
    this.#next = next;
  }

  rebuild(blockBytes: number): Buffer {
    const pieces = toPieces(this.#matches(blockBytes), blockBytes);
    const sizes = { newBytes: this.#next.length, oldBytes: this.#old.length };
    const plan = planDelta(pieces, sizes, () => false);
    const result = Buffer.alloc(this.#next.length, 0xee);
    for (const offset of plan.whole) {
      this.answerBytes += this.#next.copy(result, offset, offset, offset + BLOCK_BYTES);
    }
    for (const patch of plan.patches) this.#patch(patch, result);
    return result;
  }

  #matches(blockBytes: number) {
    const sums = sumsOf(this.#old, blockBytes);
    // Of an empty file nothing is asked.
    if (sums.weak.length === 0 || this.#next.length === 0) return [];
    const [offset, length] = [0, this.#next.length];
    const want = { path: PATH, version: versionOf(this.#next), offset, length, strideBytes: 0 };
    const body = encodeWantMatches({ ...want, sums });
    this.sumsBytes += body.length;
    const index = new SumIndex(decodeWantMatches(body).sums);
    const range = { from: 0, to: this.#next.length };
    const copies = searchHeld(findCopies(SearchWindow.over(this.#next), range, index));
    const writer = new ByteWriter();
    writeCopies(writer, copies, blockBytes);
    this.answerBytes += writer.length;
    return readCopies(new ByteReader(writer.view()), this.#next.length, sums);
  }

  #patch(plan: PatchPlan, into: Buffer): void {
    const readOld = (bytes: Buffer, offset: number) => {
      expect(this.#old.copy(bytes, 0, offset, offset + bytes.length)).toBe(bytes.length);
    };
    const gaps = wantedGaps(plan, readOld);
    const { offset, length } = plan;
    const body = encodeWantPatch({
      path: PATH,
      version: versionOf(this.#next),
      offset,
      length,
      isHashed: true,
      gaps,
    });
    this.sumsBytes += body.length;
    const want = decodeWantPatch(body);
    const hashes = [];
    for (let at = offset; at < offset + length; at += BLOCK_BYTES) {
      hashes.push(hashBytes(this.#next.subarray(at, Math.min(at + BLOCK_BYTES, offset + length))));
    }
    const buffer = Buffer.alloc(BLOCK_BYTES);
    let end = 0;
    const copies = want.gaps.map((gap) => {
      const content = this.#next.subarray(offset + gap.at, offset + gap.at + gap.length);
      const answer = answerGap(content, gap.sums, buffer, end);
      end = answer.end;
      return answer.copies;
    });
    const literals = buffer.subarray(0, end);
    const meta = encodePatch(want, { hashes, copies });
    this.answerBytes += meta.length + literals.length;
    this.literalBytes += literals.length;
    const patch = decodePatch(meta, want, literals.length);
    const assembler = new PatchAssembler(plan, gaps, { patch, literals }, readOld);
    const block = Buffer.alloc(BLOCK_BYTES);
    for (let index = 0; index < hashes.length; index++) {
      const made = assembler.block(index, block);
      expect(hashBytes(block.subarray(0, made.length)).equals(made.hash)).toBe(true);
      block.copy(into, made.offset, 0, made.length);
    }
  }
}

test('any old version, any edits, any block length: the result is the new version, at hardly more than its size', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.oneof(fc.nat({ max: 5000 }), fc.nat({ max: 2_500_000 })),
      anyEdits(300_000),
      fc.constantFrom(1024, 2048, 32_768, 1_048_576),
      (seed, length, edits, blockBytes) => {
        const old = noise(length, seed);
        const next = applyEdits(old, edits);
        const versions = new TwoVersions(old, next);
        expect(versions.rebuild(blockBytes).equals(next)).toBe(true);
        expect(versions.answerBytes).toBeLessThanOrEqual(next.length * 1.01 + 64);
      },
    ),
    { numRuns: 60 },
  );
});

test('versions without anything in common cost no more than 1 % beside the content, sums included', () => {
  const versions = new TwoVersions(noise(3_000_000, 1), noise(3_100_000, 2));
  expect(versions.rebuild(2048).equals(noise(3_100_000, 2))).toBe(true);
  expect(versions.sumsBytes + versions.answerBytes).toBeLessThan(3_100_000 * 1.015);
});

test('scattered small edits, an insertion and a deletion cost little more than themselves', () => {
  const old = noise(8 * BLOCK_BYTES, 7);
  const next = applyEdits(old, [
    ...Array.from({ length: 40 }, (_, index) => ({
      kind: 'overwrite' as const,
      at: (index * 0.618) % 1,
      length: 100,
      seed: index,
    })),
    { kind: 'insert', at: 0.35, length: 1000, seed: 3 },
    { kind: 'delete', at: 0.71, length: 777 },
  ]);
  const versions = new TwoVersions(old, next);
  expect(versions.rebuild(4096).equals(next)).toBe(true);
  expect(versions.literalBytes).toBeLessThan(42 * 2.2 * 1024);
  expect(versions.sumsBytes).toBeLessThan(8 * BLOCK_BYTES * 0.006);
});

test('what was appended is asked for whole, and nothing else', () => {
  const old = noise(4 * BLOCK_BYTES, 7);
  const next = Buffer.concat([old, noise(2 * BLOCK_BYTES, 8)]);
  const versions = new TwoVersions(old, next);
  expect(versions.rebuild(2048).equals(next)).toBe(true);
  expect(versions.answerBytes).toBeLessThan(2 * BLOCK_BYTES + 1000);
});
