import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { Folder } from '../disk/folder.ts';
import { fs } from '../disk/fs.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { TreeWriter } from '../disk/tree-writer.ts';
import { writeBlock } from '../disk/write-content.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { fromText } from '../wire/byte-name.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { type Claim, readClaims } from './claim.ts';
import type { ClaimBook as Book } from './claim-book.ts';
import { newLargeFile } from './work-queue.ts';

const JOB = 'cd'.repeat(16) as JobId;
const SIZE = 64 * BLOCK_BYTES;

/** Syncs that a test lets through or fails, in the order they were asked for. */
const syncs: { fd: number; settle: (error: Error | null) => void }[] = [];

/** The module binds `fdatasync` when it is loaded. */
async function loadBook(): Promise<typeof import('./claim-book.ts')> {
  const spy = vi.spyOn(fs, 'fdatasync').mockImplementation(((
    fd: number,
    done: (error: Error | null) => void,
  ) => {
    syncs.push({ fd, settle: (error) => (error === null ? fs.fsyncSync(fd) : undefined, done(error)) });
  }) as typeof fs.fdatasync);
  onTestFinished(() => spy.mockRestore());
  vi.resetModules();
  return await import('./claim-book.ts');
}

async function start() {
  syncs.length = 0;
  const { ClaimBook } = await loadBook();
  const into = join(makeTempFolder(), 'into');
  mkdirSync(into);
  const writer = new TreeWriter(Folder.openPath(Buffer.from(into)), JOB, () => undefined);
  onTestFinished(() => writer.close());
  const claims: Claim[] = [];
  const failures: unknown[] = [];
  let unclaimed = 0;
  const book: Book = new ClaimBook(writer, 1, {
    claimed: (some) => claims.push(...some),
    unclaimed: () => {
      unclaimed += 1;
    },
    onFailed: (failure) => failures.push(failure),
    onRoom: () => undefined,
  });
  const version = { size: SIZE, mtimeSec: 1, mtimeNs: 2, ctimeSec: 3, ctimeNs: 4 };
  const name = fromText('large');
  const file = newLargeFile(
    {
      folder: 0,
      sourceName: name,
      pathBytes: 4,
      target: { folder: 0, name, plan: { kind: 'new' } },
      version,
      mode: 0o644,
      holeBytes: 0,
      group: 0,
      tries: 0,
      row: 0,
    },
    null,
    null,
  );
  const open = writer.open(file.task.target);
  book.begin(file, open);
  const write = async (block: number) => {
    const content = Buffer.alloc(BLOCK_BYTES, block + 1);
    await writeBlock(open, block * BLOCK_BYTES, content);
    book.wrote(file, block * BLOCK_BYTES, BLOCK_BYTES, hashBytes(content));
  };
  const claimedBlocks = () =>
    [...(readClaims(claims).get('large')?.hashes.keys() ?? [])].sort((a, b) => a - b);
  const part = join(into, open.name);
  return { book, file, write, claims, claimedBlocks, failures, part, unclaimed: () => unclaimed };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_none, at) => from + at);

describe('claims trail the sync', () => {
  test('nothing is claimed before a sync is through, and then only what was written before it began', async () => {
    const { book, write, claimedBlocks, claims, part } = await start();
    for (const block of range(0, 31)) await write(block);
    expect(syncs).toHaveLength(0);
    await write(31);
    expect(syncs).toHaveLength(1);
    for (const block of range(32, 40)) await write(block);
    expect(claims).toEqual([]);
    syncs[0]?.settle(null);
    await vi.waitFor(() => expect(claimedBlocks()).toEqual(range(0, 32)));
    const content = readFileSync(part);
    for (const [block, hash] of readClaims(claims).get('large')?.hashes ?? []) {
      const bytes = content.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
      expect(hashBytes(bytes).equals(hash)).toBe(true);
    }
    const flushed = book.flush();
    await vi.waitFor(() => expect(syncs).toHaveLength(2));
    syncs[1]?.settle(null);
    await flushed;
    expect(claimedBlocks()).toEqual(range(0, 40));
    await book.close();
  });

  test('a sync that fails claims nothing, now or later', async () => {
    const { book, write, claims, failures } = await start();
    for (const block of range(0, 32)) await write(block);
    syncs[0]?.settle(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO', errno: -5 }));
    await vi.waitFor(() => expect(failures).toMatchObject([{ code: 'io' }]));
    await book.close();
    expect(claims).toEqual([]);
  });

  test('a file that is given up while it is synced is not claimed', async () => {
    const { book, file, write, claims, unclaimed } = await start();
    for (const block of range(0, 32)) await write(block);
    book.gone(file);
    syncs[0]?.settle(null);
    await book.close();
    expect([claims, unclaimed()]).toEqual([[], 1]);
  });

  test('no more is asked for while too much is written and not claimed', async () => {
    const { book, write } = await start();
    for (const block of range(0, 56)) await write(block);
    expect(book.isFull).toBe(false);
    await write(56);
    expect(book.isFull).toBe(true);
    syncs[0]?.settle(null);
    await vi.waitFor(() => expect(book.isFull).toBe(false));
    for (const { settle } of syncs.slice(1)) settle(null);
    await book.close();
  });

  test('in any order of writes and syncs, claims never exceed what was synced', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ write: fc.nat({ max: 63 }) }) },
      { weight: 1, arbitrary: fc.constant({ sync: true }) },
      { weight: 1, arbitrary: fc.constant({ flush: true }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { book, write, claimedBlocks } = await start();
        const written = new Set<number>();
        /** What had been written when each sync was asked for. */
        const covered: Set<number>[] = [];
        const note = () => {
          while (covered.length < syncs.length) covered.push(new Set(written));
        };
        let settled = 0;
        const settleNext = async () => {
          if (settled >= syncs.length) return;
          syncs[settled]?.settle(null);
          settled += 1;
          for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
          note();
        };
        for (const one of steps) {
          if ('write' in one) {
            await write(one.write);
            written.add(one.write);
          } else if ('sync' in one) await settleNext();
          else void book.flush();
          await Promise.resolve();
          note();
          const allowed = new Set(covered.slice(0, settled).flatMap((some) => [...some]));
          expect(claimedBlocks().filter((block) => !allowed.has(block))).toEqual([]);
        }
        const closed = book.flush().then(() => book.close());
        for (let turn = 0; turn < 20; turn++) await settleNext();
        await closed;
        expect(claimedBlocks()).toEqual([...written].sort((a, b) => a - b));
      }),
      { numRuns: 15 },
    );
  });
});
