import { expect, test } from 'vitest';
import type { HeldContent } from './held-entry.ts';
import { ReadAhead } from './read-ahead.ts';

const MIB = 1024 * 1024;

/** A file whose bytes tell their megabyte, and that notes what is read of it. */
class Content implements HeldContent {
  readonly size: number;
  readonly lastModified = 1;
  readonly reads: string[] = [];
  isBroken = false;

  constructor(size: number) {
    this.size = size;
  }

  slice(start: number, end: number) {
    return {
      arrayBuffer: async () => {
        this.reads.push(`${start / MIB}-${end / MIB}`);
        if (this.isBroken) throw new DOMException('changed', 'NotReadableError');
        return Uint8Array.from({ length: end - start }, (_, at) => Math.floor((start + at) / MIB)).buffer;
      },
    };
  }
}

test('blocks from the front to the back are read four at a time, in whatever order they are asked for', async () => {
  const content = new Content(6 * MIB);
  const ahead = new ReadAhead();
  const blocks = await Promise.all([0, 2, 1, 3, 4, 5].map((block) => ahead.read(content, block * MIB, MIB)));
  expect(blocks.map((bytes) => [bytes?.length, bytes?.[0], bytes?.[MIB - 1]])).toEqual(
    [0, 2, 1, 3, 4, 5].map((block) => [MIB, block, block]),
  );
  expect(content.reads).toEqual(['0-4', '4-6']);
  // All of the first window has been given: nothing is kept of it.
  expect(await ahead.read(content, MIB, MIB)).toBeNull();
});

test('nothing is read ahead for who begins in the middle, or wants all there is', async () => {
  const [large, small] = [new Content(6 * MIB), new Content(MIB)];
  const ahead = new ReadAhead();
  expect(await ahead.read(large, MIB, MIB)).toBeNull();
  expect(await ahead.read(large, 3 * MIB, 2 * MIB)).toBeNull();
  expect(await ahead.read(small, 0, MIB)).toBeNull();
  expect([...large.reads, ...small.reads]).toEqual([]);
});

test('what cannot be read ahead is left to be read, and blamed, by itself', async () => {
  const content = new Content(4 * MIB);
  content.isBroken = true;
  const ahead = new ReadAhead();
  expect(await ahead.read(content, 0, MIB)).toBeNull();
  expect(await ahead.read(content, MIB, MIB)).toBeNull();
});

test('the memory for it is bounded, however many files are begun', async () => {
  const contents = Array.from({ length: 20 }, () => new Content(8 * MIB));
  const ahead = new ReadAhead();
  for (const content of contents) await ahead.read(content, 0, MIB);
  const kept = await Promise.all(contents.map((content) => ahead.read(content, MIB, MIB)));
  expect(kept.map((bytes) => bytes !== null)).toEqual(contents.map((_, index) => index >= 12));
});
