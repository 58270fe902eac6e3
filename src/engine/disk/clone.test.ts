import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadDisk, WAYS } from './testing/load-disk.ts';
import { makeTempFolder } from './testing/temp-folder.ts';

describe.each(WAYS)('by %s', (way) => {
  function openTwo(folder: string, content: Uint8Array): { from: number; to: number; path: string } {
    writeFileSync(join(folder, 'from'), content);
    const path = join(folder, 'to');
    return { from: openSync(join(folder, 'from'), 'r'), to: openSync(path, 'w+', 0o600), path };
  }

  test('a whole file comes out the same, however it was brought, and keeps its own mode', async () => {
    const { bringWhole } = await loadDisk(way);
    const content = Buffer.alloc(3 * 1024 * 1024 + 17, 'ferry');
    const { from, to, path } = openTwo(makeTempFolder(), content);
    expect(['cloned', 'copied']).toContain(await bringWhole(from, to, content.length, () => true));
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    closeSync(from);
    closeSync(to);
  });

  test('any range comes out the same, and nothing beside it changes', async () => {
    const { bringRange } = await loadDisk(way);
    const folder = makeTempFolder();
    const content = Buffer.from(Array.from({ length: 20_000 }, (_, index) => index % 251));
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.nat(10_000),
        fc.integer({ min: 1, max: 10_000 }),
        (start, into, length) => {
          const { from, to, path } = openTwo(folder, content);
          bringRange(from, start, to, into, length);
          const brought = readFileSync(path);
          closeSync(from);
          closeSync(to);
          expect(brought.subarray(into).equals(content.subarray(start, start + length))).toBe(true);
          expect(brought.subarray(0, into).every((byte) => byte === 0)).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a file that is shorter than it should be is an error', async () => {
    const { bringRange } = await loadDisk(way);
    const { from, to } = openTwo(makeTempFolder(), Buffer.alloc(10));
    expect(() => bringRange(from, 5, to, 0, 10)).toThrow('EIO');
    closeSync(from);
    closeSync(to);
  });
});
