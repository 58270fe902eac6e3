import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, FrameReader, MAX_FRAME_BYTES } from './frame-codec.ts';

test('frames survive any cutting', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (messages, cuts) => {
        const bytes = Buffer.concat(messages.map((message) => encodeFrame(message)));
        const reader = new FrameReader();
        const received: unknown[] = [];
        for (let at = 0, index = 0; at < bytes.length; index += 1) {
          const end = at + (cuts[index % cuts.length] ?? 1);
          received.push(...reader.push(bytes.subarray(at, end)));
          at = end;
        }
        expect(JSON.stringify(received)).toBe(JSON.stringify(messages));
      },
    ),
  );
});

test('garbage is refused or waits for more, and is never kept beyond a frame', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 400 }), (bytes) => {
      const declared = Buffer.from(bytes).readUInt32BE();
      const read = () => new FrameReader().push(Buffer.from(bytes));
      if (declared > MAX_FRAME_BYTES) expect(read).toThrow('bridge frame too large');
      else if (declared > bytes.length - 4) expect(read()).toEqual([]);
    }),
  );
});

test('a length over the limit is refused before its bytes come', () => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(MAX_FRAME_BYTES + 1);
  expect(() => new FrameReader().push(length)).toThrow('bridge frame too large');
});

test.each([[Buffer.from([0xff, 0xfe])], [Buffer.from('{"a":')], [Buffer.alloc(0)]])(
  '%o is no message',
  (body) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    expect(() => new FrameReader().push(Buffer.concat([length, body]))).toThrow('bridge frame is not JSON');
  },
);

test('deep nesting is data, not a crash', () => {
  const body = Buffer.from('['.repeat(1_000_000));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  expect(() => new FrameReader().push(Buffer.concat([length, body]))).toThrow('bridge frame is not JSON');
});
