import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromText } from '../wire/byte-name.ts';
import { readKey, SharedReads } from './shared-reads.ts';

const MAX_BYTES = 1_000;

/** What is kept, were it done without a care: the newest that fit together. */
function newestOf(pieces: readonly Buffer[]): Set<number> {
  const kept = new Set<number>();
  let bytes = 0;
  for (const [index, piece] of [...pieces.entries()].reverse()) {
    if (piece.length > MAX_BYTES) continue;
    bytes += piece.length;
    if (bytes > MAX_BYTES) break;
    kept.add(index);
  }
  return kept;
}

it('has the newest pieces as they were, never more than its bound', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(MAX_BYTES + 10), { maxLength: 40 }), (lengths) => {
      const reads = new SharedReads(MAX_BYTES);
      const pieces = lengths.map((length) => randomBytes(length));
      for (const [index, piece] of pieces.entries()) {
        const passing = Buffer.from(piece);
        reads.keep(`${index}`, passing);
        passing.fill(0);
      }
      const kept = newestOf(pieces);
      for (const [index, piece] of pieces.entries()) {
        const into = Buffer.alloc(MAX_BYTES + 10);
        const isThere = reads.copyTo(`${index}`, into);
        if (isThere) expect(into.subarray(0, piece.length).equals(piece)).toBe(true);
        if (kept.has(index)) expect(isThere).toBe(true);
        else if (piece.length > 0) expect(isThere).toBe(false);
      }
    }),
  );
});

it('tells versions, places and names apart', () => {
  const version = { size: 5, mtimeSec: 1, mtimeNs: 2, ctimeSec: 3, ctimeNs: 4 };
  const path = [fromText('a'), fromText('b')];
  const keys = [
    readKey(path, version, 0, 5),
    readKey([fromText('a')], version, 0, 5),
    readKey(path, { ...version, ctimeNs: 5 }, 0, 5),
    readKey(path, version, 1, 4),
    readKey(path, version, 0, 4),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});
