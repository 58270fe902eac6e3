import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashBytes } from '../wire/block-hash.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { lastReceipts, type Receipt, readReceipts, writeReceipt } from './receipt.ts';

const name = fc
  .string({ unit: 'binary-ascii', minLength: 1, maxLength: 20 })
  .filter((text) => !text.includes('/')) as fc.Arbitrary<ByteName>;
const path = fc.array(name, { minLength: 1, maxLength: 4 });
const file: fc.Arbitrary<Receipt> = fc.record({
  kind: fc.constant('file' as const),
  path,
  size: fc.nat(),
  mtimeSec: fc.integer(),
  mtimeNs: fc.nat(999_999_999),
  by: fc.constantFrom('content' as const, 'blocks' as const),
  piece: fc.constant(null),
  hash: fc.string().map((text) => hashBytes(Buffer.from(text))),
});
const piece: fc.Arbitrary<Receipt> = fc
  .tuple(file, fc.record({ at: fc.nat(), length: fc.nat() }))
  .map(([whole, at]) => ({ ...whole, by: 'blocks', piece: at }) as Receipt);
const receipt = fc.oneof(file, piece, fc.record({ kind: fc.constant('name' as const), path, name }));

function blobOf(receipts: readonly Receipt[]): Uint8Array {
  const writer = new ByteWriter();
  for (const one of receipts) writeReceipt(writer, one);
  return Uint8Array.from(writer.view());
}

it('reads what it writes', () => {
  fc.assert(
    fc.property(fc.array(receipt), (receipts) => {
      expect(readReceipts(blobOf(receipts))).toEqual(receipts);
    }),
  );
});

it('refuses a blob that was cut, and never runs away', () => {
  fc.assert(
    fc.property(fc.array(receipt, { minLength: 1 }), fc.nat(), (receipts, at) => {
      const blob = blobOf(receipts);
      const cut = blob.subarray(0, at % blob.length);
      try {
        expect(readReceipts(cut).length).toBeLessThan(receipts.length);
      } catch (error) {
        expect(error).toMatchObject({ code: 'peer-misbehaved' });
      }
    }),
  );
});

it('takes the last word about a file, under the names things have here', () => {
  const of = (text: string, size: number): Receipt => ({
    kind: 'file',
    path: text.split('/') as ByteName[],
    ...{ size, mtimeSec: 1, mtimeNs: 2, by: 'content', piece: null },
    hash: hashBytes(Buffer.alloc(size)),
  });
  const named = (text: string, to: string): Receipt => ({
    kind: 'name',
    path: text.split('/') as ByteName[],
    name: to as ByteName,
  });
  const blobs = [
    blobOf([of('top/a', 1), of('top/b/c', 2), named('top', 'top (2)')]),
    blobOf([of('top/a', 3), named('top/b/c', 'c (2)'), named('top', 'top (3)')]),
  ];
  const found = lastReceipts(blobs).map(({ path: names, size }) => [names.join('/'), size]);
  expect(found).toEqual([
    ['top (3)/a', 3],
    ['top (3)/b/c (2)', 2],
  ]);
});
