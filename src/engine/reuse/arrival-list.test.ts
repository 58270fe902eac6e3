import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ByteName } from '../wire/byte-name.ts';
import { type Arrival, ArrivalList } from './arrival-list.ts';

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((hash) => Buffer.from(hash));
const arrival: fc.Arbitrary<Arrival> = fc.record({
  folder: fc.nat(),
  name: fc.string({ minLength: 1 }).map((name) => name as ByteName),
  size: fc.maxSafeNat(),
  mtimeSec: fc.maxSafeInteger(),
  mtimeNs: fc.nat(999_999_999),
  hash: fc.oneof(
    bytes.map((ofFile) => ({ ofFile })),
    bytes.map((ofBlock) => ({ ofBlock })),
  ),
});

test('what was pushed comes back in order, whatever is asked for', () => {
  fc.assert(
    fc.property(fc.array(arrival), fc.nat(50), fc.nat(50), (arrivals, start, count) => {
      const list = new ArrivalList();
      for (const one of arrivals) list.push(one);
      expect(list.length).toBe(arrivals.length);
      expect(list.slice(start, count)).toEqual(arrivals.slice(start, start + count));
    }),
  );
});

test('more than one piece of memory holds', () => {
  const list = new ArrivalList();
  const hash = Buffer.alloc(32);
  for (let index = 0; index < 10_000; index++) {
    hash.writeUInt32BE(index);
    const name = `file-${index}` as ByteName;
    list.push({ folder: 3, name, size: index, mtimeSec: index, mtimeNs: index, hash: { ofBlock: hash } });
  }
  for (const index of [0, 4_095, 4_096, 9_999]) {
    const [one] = list.slice(index, 1);
    expect(one).toMatchObject({ folder: 3, name: `file-${index}`, size: index, mtimeSec: index });
    expect(one !== undefined && 'ofBlock' in one.hash && one.hash.ofBlock.readUInt32BE()).toBe(index);
  }
});
