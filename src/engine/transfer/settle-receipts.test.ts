import { expect, it } from 'vitest';
import { hashBytes } from '../wire/block-hash.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { type FileReceipt, type Receipt, readReceipts, writeReceipt } from './receipt.ts';
import { settleReceipts } from './settle-receipts.ts';

function fileOf(path: string, size: number): FileReceipt {
  const hash = hashBytes(Buffer.from(`${path} ${size}`));
  const named = { kind: 'file', path: path.split('/') as ByteName[] } as const;
  return { ...named, size, mtimeSec: 1, mtimeNs: 2, by: 'content', piece: null, hash };
}

function blobOf(receipts: readonly Receipt[]): Uint8Array {
  const writer = new ByteWriter();
  for (const one of receipts) writeReceipt(writer, one);
  return Uint8Array.from(writer.view());
}

it('lists the last word about each file, sorted, in parts that together hold all', () => {
  const files = Array.from({ length: 2_345 }, (_, at) => fileOf(`tree/${(at * 7919) % 2_345}.txt`, at));
  const again = fileOf('tree/5.txt', 123_456);
  const renamed: Receipt = { kind: 'name', path: ['tree' as ByteName], name: 'tree (2)' as ByteName };
  const settled = settleReceipts([
    blobOf(files.slice(0, 900)),
    blobOf([...files.slice(900), again, renamed]),
  ]);
  const listed = settled.parts.flatMap(readReceipts) as FileReceipt[];
  expect(settled.parts.length).toBe(3);
  expect(settled.files).toBe(2_345);
  const paths = listed.map(({ path }) => path.join('/'));
  expect(paths).toEqual([...paths].toSorted());
  expect(new Set(paths).size).toBe(2_345);
  expect(listed.find(({ path }) => path.join('/') === 'tree (2)/5.txt')).toMatchObject({ size: 123_456 });
  expect(settled.bytes).toBe(listed.reduce((sum, { size }) => sum + size, 0));
});

it('lists nothing of a job without receipts', () => {
  expect(settleReceipts([])).toEqual({ parts: [], files: 0, bytes: 0 });
});
