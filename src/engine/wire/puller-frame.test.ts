import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_OPEN_BODY_BYTES, MAX_PULLER_BODY_BYTES, PULLER_FRAME } from './data-frame.ts';
import {
  encodePullerFrame,
  PULLER_HEADER_BYTES,
  type PullerFrame,
  PullerFrameReader,
} from './puller-frame.ts';
import { CODING } from './zstd.ts';

const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });
const open = { kind: PULLER_FRAME.open, tag: 0, coding: CODING.raw, body: Buffer.alloc(50, 1) };

const anyFrame: fc.Arbitrary<PullerFrame> = fc.record({
  kind: fc.nat({ max: 255 }),
  tag: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  coding: fc.constantFrom(...Object.values(CODING)),
  body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

function encode(frames: readonly PullerFrame[]): Buffer {
  return Buffer.concat(
    frames.map(({ kind, tag, body, coding }) => encodePullerFrame(kind, tag, body, coding)),
  );
}

test('frames come out whole, wherever the stream is cut', () => {
  const cuts = fc.array(fc.nat({ max: 4000 }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 8 }), cuts, (more, places) => {
      const frames = [open, ...more];
      const bytes = encode(frames);
      const ends = [...places.filter((at) => at < bytes.length), bytes.length].sort((a, b) => a - b);
      const reader = new PullerFrameReader();
      const got: PullerFrame[] = [];
      let from = 0;
      for (const end of ends) {
        // A socket gives each piece memory of its own.
        got.push(...reader.push(Buffer.from(bytes.subarray(from, end))));
        from = end;
      }
      expect(got).toEqual(frames);
    }),
  );
});

test('a frame as large as allowed, byte by byte, costs neither its square nor an object per byte', () => {
  const large = {
    kind: PULLER_FRAME.wantRun,
    tag: 5,
    coding: CODING.raw,
    body: Buffer.alloc(MAX_PULLER_BODY_BYTES, 3),
  };
  const bytes = encode([open, large, open]);
  const reader = new PullerFrameReader();
  const got: PullerFrame[] = [];
  const startMs = performance.now();
  for (let at = 0; at < bytes.length; at += 16) got.push(...reader.push(bytes.subarray(at, at + 16)));
  expect(got).toEqual([open, large, open]);
  // Joining everything for each piece would move 34 GB.
  expect(performance.now() - startMs).toBeLessThan(8_000);
});

test('the first frame must be a short one: nobody is admitted yet', () => {
  const reader = new PullerFrameReader();
  const header = encodePullerFrame(PULLER_FRAME.open, 0, Buffer.alloc(MAX_OPEN_BODY_BYTES + 1));
  expect(() => reader.push(header.subarray(0, PULLER_HEADER_BYTES))).toThrow(MISBEHAVED);
});

test('a length beyond the limit is refused by the header alone', () => {
  for (const length of [MAX_PULLER_BODY_BYTES + 1, 0xffff_ffff]) {
    const reader = new PullerFrameReader();
    expect(reader.push(encode([open]))).toHaveLength(1);
    const header = encodePullerFrame(PULLER_FRAME.wantRun, 1, Buffer.alloc(0));
    header.writeUInt32BE(length, 8);
    expect(() => reader.push(header)).toThrow(MISBEHAVED);
  }
});

test('reserved bits must be zero, and a coding one that is known', () => {
  for (const at of [1, 2, 3]) {
    const frame = encode([open]);
    frame[at] = 3;
    expect(() => new PullerFrameReader().push(frame)).toThrow(MISBEHAVED);
  }
});

test('garbage is refused or is a frame', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        new PullerFrameReader().push(Buffer.from(bytes));
      } catch (error) {
        expect(error).toMatchObject({ code: 'peer-misbehaved' });
      }
    }),
  );
});
