import { expect, test } from 'vitest';
import { FileHasher, hashBytes, hashOfOneBlock } from './block-hash.ts';
import { BLOCK_BYTES } from './data-frame.ts';

/** 0, 1, ..., 250, 0, 1, ...: the input of the official BLAKE3 test vectors. */
function counting(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => at % 251));
}

function fileHash(content: Buffer): string {
  const hasher = new FileHasher();
  for (let at = 0; at < content.length; at += BLOCK_BYTES)
    hasher.addBlock(content.subarray(at, at + BLOCK_BYTES));
  return hasher.digest().toString('hex');
}

test('a piece is hashed with plain BLAKE3', () => {
  // From the BLAKE3 paper's reference implementation: the empty input, and "abc".
  expect(hashBytes(Buffer.alloc(0)).toString('hex')).toBe(
    'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
  );
  expect(hashBytes(Buffer.from('abc')).toString('hex')).toBe(
    '6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85',
  );
});

test('a file is hashed as BLAKE3(BLAKE3(block 0) | BLAKE3(block 1) | ... | length as u64, big-endian)', () => {
  // Computed with an implementation of BLAKE3 of its own, written from the specification, in another
  // language: blocks of 1 MiB, their hashes one after the other, then the length, hashed once more.
  expect(fileHash(Buffer.alloc(0))).toBe('71e0a99173564931c0b8acc52d2685a8e39c64dc52e3d02390fdac2a12b155cb');
  expect(fileHash(Buffer.from('abc'))).toBe(
    '6b9b296f80e651a2a40c0a4155d9fcfb4cc7a464d98ca77f2116858d8209435d',
  );
  expect(fileHash(counting(BLOCK_BYTES + 5))).toBe(
    '3473309da51442b3a7c118780f4f760c00c9e6674e4da2c523007680a912b769',
  );
});

test('the length is part of it: zeros at the end make another file', () => {
  const hashes = [0, 1, 2, BLOCK_BYTES, BLOCK_BYTES + 1].map((length) => fileHash(Buffer.alloc(length)));
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('a file of one block has one hash, whichever way it is made', () => {
  const content = Buffer.from('ferry');
  const hasher = new FileHasher();
  hasher.addBlock(content);
  expect(hashOfOneBlock(hashBytes(content), content.length)).toEqual(hasher.digest());
});
