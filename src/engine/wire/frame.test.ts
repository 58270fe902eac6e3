import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, FrameReader } from './frame.ts';

function readAll(reader: FrameReader, limitBytes = 1_000_000): Buffer[] {
  const frames: Buffer[] = [];
  for (let frame = reader.next(limitBytes); frame !== null; frame = reader.next(limitBytes))
    frames.push(frame);
  return frames;
}

test('frames come back whole however the stream is cut', () => {
  const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), { maxLength: 12 });
  fc.assert(
    fc.property(payloads, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(encodeFrame));
      const reader = new FrameReader();
      const got: Buffer[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const lengthBytes = cuts[turn % cuts.length] ?? 1;
        reader.push(stream.subarray(at, at + lengthBytes));
        at += lengthBytes;
        if (turn % 3 !== 0 || at >= stream.length) got.push(...readAll(reader));
      }
      expect(got.map((frame) => frame.toString('hex'))).toEqual(
        sent.map((p) => Buffer.from(p).toString('hex')),
      );
    }),
  );
});

test('one byte at a time', () => {
  const reader = new FrameReader();
  const frame = encodeFrame(Buffer.from('hello'));
  for (const byte of frame.subarray(0, -1)) {
    reader.push(Buffer.from([byte]));
    expect(reader.next(100)).toBeNull();
  }
  reader.push(frame.subarray(-1));
  expect(reader.next(100)?.toString()).toBe('hello');
});

test('empty and oversized frames are refused from the header alone, and reserve nothing', () => {
  for (const header of ['00000000', 'ffffffff', '00000065']) {
    const reader = new FrameReader();
    reader.push(Buffer.from(header, 'hex'));
    expect(() => reader.next(100)).toThrow(expect.objectContaining({ code: 'peer-misbehaved' }));
  }
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 100 }, () => new FrameReader());
  for (const reader of readers) {
    reader.push(Buffer.from('00100000', 'hex'));
    expect(reader.next(1 << 20)).toBeNull();
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20);
});

test('a payload is a copy: later bytes do not change it', () => {
  const reader = new FrameReader();
  reader.push(Buffer.concat([encodeFrame(Buffer.from('one')), encodeFrame(Buffer.from('two'))]));
  const one = reader.next(100);
  for (let round = 0; round < 10_000; round += 1) {
    reader.push(encodeFrame(Buffer.from('xxx')));
    reader.next(100);
  }
  expect(one?.toString()).toBe('one');
});
