import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_HEADER_BYTES } from './frame.ts';
import { decodeHello, encodeHello, HIGHEST_VERSION, LOWEST_VERSION, sharedVersion } from './hello.ts';

const own = { features: ['x'], name: 'Calm Otter', device: 'laptop', port: 3120, epoch: 'e1' } as const;
const whole = { kind: 'hello', magic: 'ferry', lowest: 1, highest: 1, ...own };

function decode(value: unknown) {
  return decodeHello(Buffer.from(encode(value)));
}

function code(value: unknown): string {
  try {
    decode(value);
    return 'taken';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('a hello round-trips, its name cleaned', () => {
  const frame = encodeHello({ ...own, features: ['x'], name: 'Calm\u202e Otter\u0007' });
  expect(decodeHello(frame.subarray(FRAME_HEADER_BYTES))).toEqual(whole);
});

test('older, newer and something else are told apart', () => {
  expect(code(whole)).toBe('taken');
  expect(code({ ...whole, highest: 7 })).toBe('taken');
  expect(code({ ...whole, lowest: 2, highest: 3 })).toBe('newer-peer');
  expect(code({ kind: 'hello', magic: 'ferry', lowest: 9, highest: 9, shape: 'unknown' })).toBe('newer-peer');
  expect(code({ ...whole, lowest: 0, highest: 0 })).toBe('older-peer');
  expect(code({ ...whole, magic: 'boat' })).toBe('not-ferry');
  expect(code({ kind: 'ping', number: 1 })).toBe('not-ferry');
  expect(code([1])).toBe('not-ferry');
  expect(code({ ...whole, lowest: 3, highest: 1 })).toBe('peer-misbehaved');
  expect(code({ ...whole, port: 70_000 })).toBe('peer-misbehaved');
  expect(code({ ...whole, features: Array.from({ length: 65 }, () => 'x') })).toBe('peer-misbehaved');
});

test('the highest version both speak is used', () => {
  expect(sharedVersion({ highest: LOWEST_VERSION })).toBe(LOWEST_VERSION);
  expect(sharedVersion({ highest: 9 })).toBe(HIGHEST_VERSION);
});

test('garbage never gives anything but a hello or one of the four failures', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      try {
        decodeHello(Buffer.from(bytes));
      } catch (error) {
        expect(['not-ferry', 'older-peer', 'newer-peer', 'peer-misbehaved']).toContain(
          (error as { code: string }).code,
        );
      }
    }),
    { numRuns: 2_000 },
  );
});
