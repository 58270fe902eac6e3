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

test('garbage is refused, or waits for what it declared', () => {
  // never a whole frame: those are the business of the other tests
  const garbage = fc.uint8Array({ maxLength: 900 });
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 2 * MAX_FRAME_BYTES }), garbage, (declared, bytes) => {
      const chunk = Buffer.concat([Buffer.alloc(4), bytes]);
      chunk.writeUInt32BE(declared);
      const read = (): unknown => {
        try {
          return new FrameReader().push(chunk);
        } catch (error) {
          return String(error);
        }
      };
      const tooLarge = 'Failure: internal: bridge frame too large';
      expect(read()).toEqual(declared > MAX_FRAME_BYTES ? tooLarge : []);
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
