import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { fromText } from '../wire/byte-name.ts';
import { type Disk, loadDisk, WAYS } from './testing/load-disk.ts';
import { makeTempFolder, modeOf, namesBelow } from './testing/temp-folder.ts';

const MIN_FLIPS = 10_000;
/** What a step may meet when the folder is a link, or nothing, at that moment. */
const REFUSALS = ['ELOOP', 'ENOTDIR', 'ENOENT', 'destination-changed'];

/** Swaps `place` for a link and back, as fast as it can, and counts. */
const FLIPPER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { renameSync } = require('node:fs');
  const { root, counter } = workerData;
  const at = (name) => root + '/' + name;
  const counts = new Int32Array(counter);
  while (Atomics.load(counts, 1) === 0) {
    renameSync(at('place'), at('folder'));
    renameSync(at('link'), at('place'));
    renameSync(at('place'), at('link'));
    renameSync(at('folder'), at('place'));
    Atomics.add(counts, 0, 2);
  }
`;

class Flipper {
  readonly #counts = new Int32Array(new SharedArrayBuffer(8));
  readonly #worker: Worker;

  constructor(root: string) {
    this.#worker = new Worker(FLIPPER, { eval: true, workerData: { root, counter: this.#counts.buffer } });
  }

  get flips(): number {
    return Atomics.load(this.#counts, 0);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    Atomics.store(this.#counts, 1, 1);
    await ended;
  }
}

let flipper: Flipper | null = null;
afterEach(async () => {
  await flipper?.stop();
  flipper = null;
});

/** A destination whose folder `place` is swapped for a link to `outside` while it is written. */
function makePlace(): { root: string; outside: string; expectUntouched: () => void } {
  const root = makeTempFolder();
  const outside = makeTempFolder();
  mkdirSync(join(root, 'place', 'below'), { recursive: true });
  mkdirSync(join(outside, 'below'), { mode: 0o751 });
  writeFileSync(join(outside, 'victim'), 'untouched', { mode: 0o640 });
  symlinkSync(outside, join(root, 'link'));
  const expectUntouched = (): void => {
    expect(namesBelow(outside)).toEqual(['below/', 'victim']);
    expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('untouched');
    expect(modeOf(join(outside, 'victim'))).toBe(0o640);
    expect(modeOf(join(outside, 'below'))).toBe(0o751);
  };
  return { root, outside, expectUntouched };
}

/** Repeats `step` until the folder was swapped often enough; returns how it went. */
async function runAgainstFlips(root: string, step: (round: number) => void | Promise<void>) {
  flipper = new Flipper(root);
  const outcomes = { done: 0, refused: 0 };
  for (let round = 0; flipper.flips < MIN_FLIPS || round < 200; round++) {
    try {
      await step(round);
      outcomes.done += 1;
    } catch (error) {
      expect(REFUSALS).toContain((error as { code?: string }).code);
      outcomes.refused += 1;
    }
  }
  return outcomes;
}

describe.each(WAYS)('by %s', (way) => {
  const MODE = 0o600;
  const name = fromText('victim');

  test('steps through a swapped folder never leave the destination', async () => {
    const disk: Disk = await loadDisk(way);
    const { root, expectUntouched } = makePlace();
    const folder = disk.Folder.openPath(Buffer.from(root));
    const outcomes = await runAgainstFlips(root, (round) => {
      const place = folder.openFolder(fromText('place'));
      try {
        disk.closeFd(place.createFile(name, MODE));
        place.setMode(name, 0o666);
        place.setTimes(name, round, 0);
        place.createLink(fromText('link'), 'x');
        const below = place.openFolder(fromText('below'));
        disk.closeFd(below.createFile(name, MODE));
        below.removeFile(name);
        below.close();
        place.removeFile(fromText('link'));
        place.publish(name, folder, fromText(`published-${round}`), 'file');
        folder.removeFile(fromText(`published-${round}`));
      } finally {
        place.close();
      }
    });
    folder.close();
    expectUntouched();
    expect(outcomes.done).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  });

  test('a whole tree written through a swapped folder never leaves the destination', async () => {
    const disk: Disk = await loadDisk(way);
    const { root, expectUntouched } = makePlace();
    const metadata = { mode: 0o777, mtimeSec: 5, mtimeNs: 5 };
    const outcomes = await runAgainstFlips(root, async (round) => {
      const job = round.toString(16).padStart(32, '0') as JobId;
      const writer = new disk.TreeWriter(disk.openDestination(Buffer.from(root)), job, () => undefined);
      try {
        for (const [number, folder] of ['place', 'below'].entries()) {
          const sourceName = fromText(folder);
          writer.folders.add(number + 1, { parent: number, name: sourceName, sourceName });
          writer.mergeFolder(number + 1, metadata);
        }
        const target = { folder: 2, name: fromText(`file-${round}`), plan: { kind: 'new' } } as const;
        writer.writeSmall(target, Buffer.from('content'), metadata);
        await writer.finish((_folder, failure) => {
          throw failure.cause;
        });
      } finally {
        writer.abandon();
        writer.close();
      }
    });
    await flipper?.stop();
    flipper = null;
    expectUntouched();
    expect(outcomes.done).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
    const written = namesBelow(join(root, 'place')).filter((path) => path.startsWith('below/file-'));
    expect(written.length).toBeGreaterThanOrEqual(outcomes.done);
    expect(namesBelow(root).filter((path) => path.endsWith('.part'))).toEqual([]);
  });
});
