import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { NO_RUNGS } from '../../shared/job.ts';
import { decodeControl, encodeControl } from './control-codec.ts';
import { type ControlMessage, controlMessage } from './control-messages.ts';
import { FRAME_HEADER_BYTES } from './frame.ts';

const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });
const job = 'ab'.repeat(16) as JobId;

function decode(payload: Uint8Array): ControlMessage {
  return decodeControl(Buffer.from(payload), controlMessage);
}

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const message: fc.Arbitrary<ControlMessage> = fc.oneof(
  count.map((number) => ({ kind: 'ping' as const, number })),
  bytes32.map((commitment) => ({ kind: 'pair-commit' as const, commitment: Buffer.from(commitment) })),
  fc.constant({ kind: 'pair-confirmed' as const }),
  bytes32.map((proof) => ({ kind: 'redeem' as const, proof: Buffer.from(proof) })),
  fc.constant({ kind: 'job-cancel' as const, job, reason: 'interrupted' as const }),
  fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .map((epoch) => ({ kind: 'job-unknown' as const, job, epoch })),
);

test('messages round-trip', () => {
  fc.assert(
    fc.property(message, (sent) => {
      expect(decode(encodeControl(sent).subarray(FRAME_HEADER_BYTES))).toEqual(sent);
    }),
  );
});

test('cut, changed or arbitrary bytes are refused or are a message, never anything else', () => {
  const damaged = fc
    .tuple(message, fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
    .map(([sent, cut, changes]) => {
      const payload = Buffer.from(encodeControl(sent).subarray(FRAME_HEADER_BYTES));
      for (const [at, value] of changes) payload[at % payload.length] = value;
      return payload.subarray(0, payload.length - (cut % 3 === 0 ? cut % payload.length : 0));
    });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), (payload) => {
      try {
        expect(typeof decode(payload).kind).toBe('string');
      } catch (error) {
        expect(error).toEqual(MISBEHAVED);
      }
    }),
    { numRuns: 20_000 },
  );
});

/** `{ kind: 'pair-confirmed', x:` and then the bomb: a good message but for that field, which is unknown and dropped. */
const MAP_KIND = '82 a4 6b696e64 ae 706169722d636f6e6669726d6564 a1 78';
const DEEP = 100_000;
test('the message round the bombs is good, and depth 16 is allowed', () => {
  expect(decode(hex(`${MAP_KIND} c0`))).toEqual({ kind: 'pair-confirmed' });
  const deepest = Buffer.concat([hex(MAP_KIND), Buffer.alloc(15, 0x91), hex('c0')]);
  expect(decode(deepest)).toEqual({ kind: 'pair-confirmed' });
});

const bombs: Readonly<Record<string, Uint8Array>> = {
  'array of 2^32-1': hex('dd ffffffff'),
  'map of 2^32-1': hex('df ffffffff'),
  'array inside': hex(`${MAP_KIND} dd ffffffff`),
  'map inside': hex(`${MAP_KIND} df ffffffff`),
  'text of 2^32-1': hex(`${MAP_KIND} db ffffffff`),
  'bytes of 2^32-1': hex(`${MAP_KIND} c6 ffffffff`),
  'extension of 2^32-1': hex(`${MAP_KIND} c9 ffffffff 01`),
  'timestamp extension': hex(`${MAP_KIND} d6 ff 00000000`),
  'a hundred nested array headers': Buffer.concat([hex(MAP_KIND), hex('dd00989680'.repeat(100))]),
  'depth 10^5 of arrays': Buffer.concat([hex(MAP_KIND), Buffer.alloc(DEEP, 0x91), hex('c0')]),
  'depth 10^5 of maps': Buffer.concat([Buffer.from('81a161'.repeat(DEEP), 'hex'), hex('c0')]),
  'a million empty arrays': Buffer.concat([hex(`${MAP_KIND} dd 000f0000`), Buffer.alloc(0xf0000, 0x90)]),
  'depth 17': Buffer.concat([hex(MAP_KIND), Buffer.alloc(16, 0x91), hex('c0')]),
  'key __proto__': hex(`${MAP_KIND} 81 a9 5f5f70726f746f5f5f 80`),
  'key constructor': hex(`${MAP_KIND} 81 ab 636f6e7374727563746f72 80`),
  'duplicate keys': hex(`${MAP_KIND.replace('82', '83')} c0 a1 78 c0`),
  'number as key': hex(`${MAP_KIND} 81 01 01`),
  'key that is not ASCII': hex(`${MAP_KIND} 81 a2 c3a4 01`),
  NaN: hex(`${MAP_KIND} cb 7ff8000000000000`),
  infinity: hex(`${MAP_KIND} ca 7f800000`),
  negative: encode({ kind: 'ping', number: -1 }),
  fraction: encode({ kind: 'ping', number: 0.5 }),
  '2^53+1': hex('82 a46b696e64 a470696e67 a66e756d626572 cf 0020000000000001'),
  'text that is not UTF-8': hex(`${MAP_KIND} a2 c328`),
  'reserved byte': hex(`${MAP_KIND} c1`),
  'bytes after': Buffer.concat([encode({ kind: 'pair-confirmed' }), hex('c0')]),
  'not a map': encode([{ kind: 'pair-confirmed' }]),
  'unknown kind': encode({ kind: 'pair-confirmed ' }),
  'hello later': encode({ kind: 'hello' }),
  'kind twice removed': encode({ kind: { kind: 'ping' } }),
  'short proof': encode({ kind: 'join', proof: new Uint8Array(31) }),
  'text for bytes': encode({ kind: 'join', proof: 'x'.repeat(32) }),
  nothing: hex(''),
};

test.each(Object.keys(bombs))('refused: %s', (name) => {
  expect(() => decode(bombs[name] ?? new Uint8Array())).toThrow(MISBEHAVED);
});

test('all of them together take little memory, and leave nothing behind', () => {
  const before = process.memoryUsage().rss;
  let refused = 0;
  for (const bomb of Object.values(bombs)) {
    try {
      decode(bomb);
    } catch {
      refused += 1;
    }
  }
  expect(refused).toBe(Object.keys(bombs).length);
  expect(process.memoryUsage().rss - before).toBeLessThan(20 << 20);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('the largest honest result fits', () => {
  const times = { disk: 1, hash: 1, socket: 1, waiting: 1, limited: 1, listing: 1, sync: 1 };
  const counts = {
    files: 1,
    folders: 1,
    links: 0,
    bytes: 1,
    unchanged: 0,
    wireBytes: 1,
    reusedBytes: 0,
    clonedBytes: 0,
    from: { there: 0, here: 0, older: 0 },
    rungs: NO_RUNGS,
    predictedWireBytes: null,
  };
  const path = 'folder/'.repeat(40);
  const problems = Array.from({ length: 1_000 }, (_, index) => ({
    path: `${path}${index}`,
    pathBase64: Buffer.from(path).toString('base64'),
    code: 'unreadable' as const,
    reason: 'EACCES',
  }));
  const end = {
    failure: null,
    times: { source: times, destination: times },
    seconds: 1.5,
    streams: 4,
    verified: true,
  };
  const result = { state: 'partial' as const, ...counts, problems, problemCount: 12_345, ...end };
  const sent = { kind: 'job-ended' as const, job, result };
  expect(decode(encodeControl(sent).subarray(FRAME_HEADER_BYTES))).toEqual(sent);
});

test('our own message over the limit is our own fault', () => {
  const tooMuch = { kind: 'x', text: 'x'.repeat(2 << 20) };
  expect(() => encodeControl(tooMuch)).toThrow(expect.objectContaining({ code: 'internal' }));
});

test('fields that a newer peer adds are dropped', () => {
  expect(decode(encode({ kind: 'pair-confirmed', later: [1, { a: 2 }] }))).toEqual({
    kind: 'pair-confirmed',
  });
});
