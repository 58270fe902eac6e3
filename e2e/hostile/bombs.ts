import { randomBytes } from 'node:crypto';
import { encode } from '@msgpack/msgpack';

/** What a decoder must not build, as payloads of a frame. */
export const bombs: readonly [string, Buffer][] = [
  ['an array of 2^32 - 1', Buffer.from([0x81, 0xa4, ...Buffer.from('kind'), 0xdd, 255, 255, 255, 255])],
  ['a map of 2^32 - 1', Buffer.from([0xdf, 255, 255, 255, 255])],
  ['a text of 2^32 - 1', Buffer.from([0x81, 0xa4, ...Buffer.from('kind'), 0xdb, 255, 255, 255, 255])],
  ['bytes of 2^32 - 1', Buffer.from([0x81, 0xa4, ...Buffer.from('kind'), 0xc6, 255, 255, 255, 255])],
  ['arrays in arrays', Buffer.concat([Buffer.from([0x81, 0xa1, 0x61]), Buffer.alloc(15_000, 0x91)])],
  [
    'many small arrays',
    Buffer.concat([Buffer.from([0x81, 0xa1, 0x61, 0xdc, 0x3a, 0x98]), Buffer.alloc(15_000, 0x90)]),
  ],
  [
    '__proto__',
    Buffer.from(
      encode(
        Object.fromEntries([
          ['__proto__', 1],
          ['kind', 'pong'],
        ]),
      ),
    ),
  ],
  [
    'a key twice',
    Buffer.concat([Buffer.from([0x82]), ...[1, 2].map(() => Buffer.from([0xa4, ...Buffer.from('kind'), 1]))]),
  ],
  ['not a number', Buffer.from(encode({ kind: 'ping', number: Number.NaN }))],
  ['a negative number', Buffer.from(encode({ kind: 'ping', number: -1 }))],
  [
    'a number of 64 bits',
    Buffer.from([
      0x82,
      0xa4,
      ...Buffer.from('kind'),
      0xa4,
      ...Buffer.from('ping'),
      0xa6,
      ...Buffer.from('number'),
      0xcf,
      255,
      255,
      255,
      255,
      255,
      255,
      255,
      255,
    ]),
  ],
  ['an extension', Buffer.from([0x81, 0xa1, 0x61, 0xd4, 1, 1])],
  ['an unknown kind', Buffer.from(encode({ kind: 'sudo' }))],
  ['an array', Buffer.from(encode([1, 2]))],
  [
    'bytes after the message',
    Buffer.concat([Buffer.from(encode({ kind: 'ping', number: 1 })), Buffer.from([1])]),
  ],
  ['random bytes', randomBytes(5_000)],
];
