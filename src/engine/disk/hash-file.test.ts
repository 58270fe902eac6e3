import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FileHasher } from '../wire/block-hash.ts';
import { fromText } from '../wire/byte-name.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { loadDisk, WAYS } from './testing/load-disk.ts';
import { countOpenDescriptors, makeTempFolder } from './testing/temp-folder.ts';

describe.each(WAYS)('by %s', (way) => {
  test('a file on disk has the hash of its content, holes and all', async () => {
    const disk = await loadDisk(way);
    const path = makeTempFolder();
    const folder = disk.Folder.openPath(Buffer.from(path));
    const before = countOpenDescriptors();
    for (const length of [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 2 * BLOCK_BYTES]) {
      const content = Buffer.alloc(length, 'content');
      writeFileSync(join(path, 'file'), content);
      expect(disk.hashLocalFile(folder, fromText('file'))).toEqual(hashOf(content));
    }
    truncateSync(join(path, 'file'), 0);
    truncateSync(join(path, 'file'), 3 * BLOCK_BYTES + 5);
    expect(disk.hashLocalFile(folder, fromText('file'))).toEqual(hashOf(Buffer.alloc(3 * BLOCK_BYTES + 5)));
    expect(countOpenDescriptors()).toBe(before);
    folder.close();
  });
});

function hashOf(content: Buffer): Buffer {
  const hasher = new FileHasher();
  for (let at = 0; at < content.length; at += BLOCK_BYTES) {
    hasher.addBlock(content.subarray(at, at + BLOCK_BYTES));
  }
  return hasher.digest();
}
