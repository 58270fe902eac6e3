import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });
const safe = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });

test('what is written is read back, whatever room there was at first', () => {
  const fields = fc.tuple(
    safe,
    fc.double({ noNaN: true }),
    fc.uint8Array({ maxLength: 90 }),
    fc.nat({ max: 50 }),
  );
  fc.assert(
    fc.property(fields, ([number, float, bytes, capacity]) => {
      const text = Buffer.from(bytes).toString('latin1');
      const writer = new ByteWriter(capacity);
      writer.u8(number & 0xff);
      writer.u16(number & 0xffff);
      writer.u32(number >>> 0);
      writer.u64(Math.abs(number));
      writer.i64(number);
      writer.f64(float);
      writer.bytes(bytes);
      writer.latin1(text);
      const reader = new ByteReader(writer.view());
      expect([reader.u8(), reader.u16(), reader.u32()]).toEqual([
        number & 0xff,
        number & 0xffff,
        number >>> 0,
      ]);
      expect([reader.u64(), reader.i64(), reader.f64()]).toEqual([Math.abs(number), number, float]);
      expect(reader.bytes(bytes.length)).toEqual(Buffer.from(bytes));
      expect(reader.latin1(bytes.length)).toBe(text);
      expect(reader.left).toBe(0);
      reader.end();
    }),
  );
});

test('nothing is read past the end, of a view neither', () => {
  const whole = Buffer.alloc(32, 0xff);
  const reads = [
    (reader: ByteReader) => reader.u8(),
    (reader: ByteReader) => reader.u16(),
    (reader: ByteReader) => reader.u32(),
    (reader: ByteReader) => reader.u64(),
    (reader: ByteReader) => reader.i64(),
    (reader: ByteReader) => reader.f64(),
    (reader: ByteReader) => reader.bytes(1),
    (reader: ByteReader) => reader.latin1(2 ** 32),
  ];
  for (const read of reads) expect(() => read(new ByteReader(whole.subarray(8, 8)))).toThrow(MISBEHAVED);
  expect(() => new ByteReader(whole).end()).toThrow(MISBEHAVED);
});

test.each([
  ['ffffffffffffffff', 'u64'],
  ['0020000000000000', 'u64'],
  ['8000000000000000', 'i64'],
  ['0020000000000000', 'i64'],
] as const)('%s is too large to be a number (%s)', (hex, kind) => {
  expect(() => new ByteReader(Buffer.from(hex, 'hex'))[kind]()).toThrow(MISBEHAVED);
});
