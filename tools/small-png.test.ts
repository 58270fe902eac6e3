import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { smallPng } from './small-png.ts';

/** A picture of one row, as a browser makes it, of these colours; `filter` 1 writes differences. */
function pictureOf(colours: readonly (readonly [number, number, number])[], filter: 0 | 1): Buffer {
  const row = colours.flatMap((colour, index) => {
    const before = filter === 1 ? (colours[index - 1] ?? [0, 0, 0]) : [0, 0, 0];
    return colour.map((value, channel) => (value - (before[channel] ?? 0) + 256) % 256);
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(colours.length, 0);
  head.writeUInt32BE(1, 4);
  head.set([8, 2], 8);
  const chunk = (name: string, body: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    return Buffer.concat([length, Buffer.from(name), body, Buffer.alloc(4)]);
  };
  return Buffer.concat([
    Buffer.alloc(8),
    chunk('IHDR', head),
    chunk('tEXt', Buffer.alloc(5_000)),
    chunk('IDAT', deflateSync(Buffer.from([filter, ...row]))),
  ]);
}

test.each([0, 1] as const)('few colours stay exactly what they are (filter %i)', (filter) => {
  const colours = [
    [255, 0, 0],
    [1, 2, 3],
    [255, 0, 0],
    [250, 251, 252],
  ] as const;
  const small = smallPng(pictureOf(colours, filter));
  const at = small.indexOf('PLTE') + 4;
  expect([...small.subarray(at, at + 9)]).toEqual([255, 0, 0, 1, 2, 3, 250, 251, 252]);
});

test('what is not a picture of this kind comes back as it was', () => {
  const other = Buffer.alloc(64);
  expect(smallPng(other)).toBe(other);
});
