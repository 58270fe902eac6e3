import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FileHasher, hashBytes } from '../wire/block-hash.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { BlockHashes } from './block-hashes.ts';

it('is the hash of the file, whatever order its blocks come in and whichever are holes', () => {
  const blocks = fc.array(fc.constantFrom('hole', 'a', 'b'), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      blocks,
      fc.constantFrom(1, 5_000, BLOCK_BYTES),
      fc.boolean(),
      (kinds, lastBytes, isReversed) => {
        const contents = kinds.map((kind, index) => {
          const length = index === kinds.length - 1 ? lastBytes : BLOCK_BYTES;
          return kind === 'hole' ? Buffer.alloc(length) : Buffer.alloc(length, kind);
        });
        const whole = new FileHasher();
        for (const content of contents) whole.addBlock(content);
        const hashes = new BlockHashes();
        const numbers = [...contents.keys()];
        for (const number of isReversed ? numbers.reverse() : numbers) {
          const content = contents[number];
          if (content !== undefined && kinds[number] !== 'hole') hashes.set(number, hashBytes(content));
        }
        const size = (kinds.length - 1) * BLOCK_BYTES + lastBytes;
        expect(hashes.fileHash(size)).toEqual(whole.digest());
      },
    ),
    { numRuns: 30 },
  );
});

it('takes no memory for what somebody only claims', () => {
  const before = process.memoryUsage().arrayBuffers;
  const hashes = new BlockHashes();
  hashes.set(2 ** 40, hashBytes(Buffer.from('far out')));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
});

it('knows an empty file', () => {
  expect(new BlockHashes().fileHash(0)).toEqual(new FileHasher().digest());
});
