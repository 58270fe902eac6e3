import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DEFAULT_COPY_OPTIONS } from '../../src/shared/copy-options.ts';
import { createBigFile } from '../../tools/trees/big-file.ts';
import { Victim } from './victim.ts';

/** Data workers that end in the middle of a copy, as by a fault of ours that nobody has found. */

const MIB = 1 << 20;
const LONG_MS = 60_000;
const workers = vi.hoisted(() => [] as { readonly file: string; readonly worker: Worker }[]);

vi.mock('node:worker_threads', async (load) => {
  const actual = await load<typeof import('node:worker_threads')>();
  class WatchedWorker extends actual.Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      workers.push({ file: String(given[0]), worker: this });
    }
  }
  return { ...actual, Worker: WatchedWorker };
});

let source: Victim;
let destination: Victim;
/** How many workers there were when both had started: those of the source come first. */
let ofSource = 0;

beforeAll(async () => {
  source = await Victim.start('none');
  ofSource = workers.length;
  destination = await Victim.start('none');
  const tree = join(source.sandbox, 'tree');
  await mkdir(tree);
  await Promise.all(
    Array.from({ length: 50 }, (_, index) => writeFile(join(tree, `file ${index}`), `content ${index}`)),
  );
  createBigFile(join(tree, 'big.bin'), 48 * MIB);
});

afterAll(async () => {
  await Promise.all([source, destination].map((victim) => victim[Symbol.asyncDispose]()));
});

async function killDataWorkers(side: 'source' | 'destination'): Promise<void> {
  const [first, last] = side === 'source' ? [0, ofSource] : [ofSource, workers.length];
  const ours = workers.slice(first, last).filter(({ file }) => file.includes('data-worker'));
  expect(ours.length).toBeGreaterThan(0);
  await Promise.all(ours.map(({ worker }) => worker.terminate()));
}

// In this order: those that take the place of the destination's come last.
it.each(['destination', 'source'] as const)(
  'a copy goes on by itself when the data workers of its %s have died',
  async (side) => {
    const into = join(destination.sandbox, 'home', side);
    const { code } = await source.send(join(source.sandbox, 'tree'));
    const { job } = await destination.call('jobs.receive', {
      ...{ address: source.address, code, into },
      options: { ...DEFAULT_COPY_OPTIONS, reuse: false, limitBytesPerSecond: 30 * MIB },
    });
    const moved = async () => (await destination.call('jobs.get', { job })).progress.bytes;
    await vi.waitUntil(async () => (await moved()) > 4 * MIB, LONG_MS);
    await killDataWorkers(side);
    const ended = async () => (await destination.call('jobs.get', { job })).result;
    expect(await vi.waitUntil(ended, LONG_MS)).toMatchObject({ state: 'done', problemCount: 0 });
    const there = join(into, 'tree', 'big.bin');
    const content = await readFile(join(source.sandbox, 'tree', 'big.bin'));
    expect((await readFile(there)).equals(content)).toBe(true);
    expect(await readFile(join(into, 'tree', 'file 49'), 'utf8')).toBe('content 49');
  },
  2 * LONG_MS,
);
