import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashBytes } from '../wire/block-hash.ts';
import { type Claim, claimVersion, readClaims, toClaims } from './claim.ts';

const version = claimVersion({ size: 1, mtimeSec: -2, mtimeNs: 3, ctimeSec: 4, ctimeNs: 5 });
const file = { path: Buffer.from('a/b'), part: Buffer.from('.ferry-1-2.part'), version };
const blocks = fc.uniqueArray(fc.nat({ max: 5_000 }), { maxLength: 300 });
const hashOf = (block: number) => hashBytes(Buffer.from(String(block)));
const toHashes = (some: readonly number[]) => new Map(some.map((block) => [block, hashOf(block)]));

test('what is claimed is what is read, in as few claims as there are ranges', () => {
  fc.assert(
    fc.property(blocks, (some) => {
      const claims = toClaims(file, toHashes(some));
      const ranges = some.filter((block) => !some.includes(block - 1)).length;
      expect(claims).toHaveLength(ranges);
      const read = readClaims(claims).get('a/b');
      expect([...(read?.hashes.keys() ?? [])].sort((a, b) => a - b)).toEqual([...some].sort((a, b) => a - b));
      for (const [block, hash] of read?.hashes ?? []) expect(hash.equals(hashOf(block))).toBe(true);
    }),
  );
});

test('a damaged claim is left out or claims another hash, and never disturbs the others', () => {
  const damage: fc.Arbitrary<Partial<Claim>> = fc.oneof(
    fc.record({ firstBlock: fc.oneof(fc.integer({ max: -1 }), fc.double(), fc.constant(2 ** 53)) }),
    fc.record({ part: fc.constantFrom('', '..', 'a/b', 'nul\0').map((name) => Buffer.from(name)) }),
    fc.record({ hashes: fc.uint8Array({ minLength: 1, maxLength: 31 }) }),
  );
  fc.assert(
    fc.property(damage, (change) => {
      const [claim] = toClaims(file, toHashes([3, 4]));
      const other = { ...file, path: Buffer.from('other'), firstBlock: 0, hashes: hashOf(0) };
      const read = readClaims([{ ...(claim as Claim), ...change }, other]);
      expect(read.get('other')?.hashes.get(0)?.equals(hashOf(0))).toBe(true);
      for (const block of read.get('a/b')?.hashes.keys() ?? [])
        expect(Number.isSafeInteger(block)).toBe(true);
    }),
  );
});

test('claims of another version or part replace those before', () => {
  const [old] = toClaims(file, toHashes([1, 2]));
  const [now] = toClaims({ ...file, part: Buffer.from('.ferry-1-3.part') }, toHashes([7]));
  const read = readClaims([old as Claim, now as Claim]);
  expect([...(read.get('a/b')?.hashes.keys() ?? [])]).toEqual([7]);
});
