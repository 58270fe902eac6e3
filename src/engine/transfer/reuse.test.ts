import { cpSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import { createBigFile } from '../../../tools/trees/big-file.ts';
import { createSmallFiles } from '../../../tools/trees/small-files.ts';
import { Folder } from '../disk/folder.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { fromText } from '../wire/byte-name.ts';
import { MemoryIndex } from './testing/memory-index.ts';
import { type PullWishes, TwoEnds } from './testing/two-ends.ts';

const MIB = 1 << 20;

/** A tree of small and large files that was copied once, with an index that knows it. */
async function copiedOnce() {
  const folder = makeTempFolder();
  const [source, into] = [join(folder, 'photos'), join(folder, 'into')];
  const small = createSmallFiles(source, { files: 200, medianBytes: 20_000 });
  createBigFile(join(source, 'film.bin'), 5 * MIB + 7, 'film');
  createBigFile(join(source, 'sound.bin'), 300_000, 'sound');
  const index = new MemoryIndex();
  const ends = await TwoEnds.start(index.handle);
  const pull = async (path: string, wishes: PullWishes = {}) => {
    const result = await ends.pull([path], into, wishes);
    await vi.waitFor(() => expect(index.isTold).toBe(true));
    return result;
  };
  const first = await pull(source);
  expect(first.rungs.raw).toEqual({ files: small.files + 2, bytes: first.bytes });
  expect(first).toMatchObject({ reusedBytes: 0, clonedBytes: 0 });
  return { folder, source, into, index, ends, pull, first };
}

test('what arrived is known, each file as it is', async () => {
  const { into, index, first } = await copiedOnce();
  expect(index.files.size).toBe(first.files);
  const film = [...index.files.values()].find(({ size }) => size === 5 * MIB + 7);
  expect(Buffer.from(film?.path ?? '').toString()).toBe(join(into, 'photos', 'film.bin'));
  expect(film?.hash).toHaveLength(32);
});

describe('content that is here under another name is not sent again', () => {
  test('a renamed folder', async () => {
    const { folder, into, pull, first, source } = await copiedOnce();
    const renamed = join(folder, 'pictures');
    renameSync(source, renamed);
    const result = await pull(renamed);
    expect(result).toMatchObject({ state: 'done', files: first.files, problems: [] });
    expect(result.rungs.raw.files).toBe(0);
    expect(result.reusedBytes + result.clonedBytes).toBe(first.bytes);
    expect(result.from.here).toBe(first.bytes);
    // Names and versions cross, twice, and a hash for each.
    expect(result.wireBytes).toBeLessThan(first.files * 250 + 4_000);
    expect(await compareByNode(renamed, join(into, 'pictures'))).toEqual([]);
  });

  test('a second copy, with other times: what is large by its size, what is small is sent', async () => {
    const { folder, pull, into, source } = await copiedOnce();
    const second = join(folder, 'second');
    cpSync(source, second, { recursive: true });
    const result = await pull(second);
    expect(result.rungs.copied.files + result.rungs.cloned.files).toBeGreaterThanOrEqual(2);
    expect(result.wireBytes).toBeLessThan(result.bytes - 5 * MIB);
    expect(await compareByNode(second, join(into, 'second'))).toEqual([]);
  });

  test('not where it was switched off', async () => {
    const { folder, pull, first, source } = await copiedOnce();
    renameSync(source, join(folder, 'pictures'));
    const result = await pull(join(folder, 'pictures'), { reuse: false });
    expect(result.rungs.raw).toEqual({ files: first.files, bytes: first.bytes });
  });
});

test('a row is believed only as long as the file is what it was', async () => {
  const { folder, into, pull, index, source, first } = await copiedOnce();
  const here = join(into, 'photos');
  const { mtime } = statSync(join(here, 'film.bin'));
  // Other content of the same size and time: only the change time says so.
  writeFileSync(join(here, 'film.bin'), Buffer.alloc(5 * MIB + 7, 'another'));
  utimesSync(join(here, 'film.bin'), mtime, mtime);
  rmSync(join(here, 'sound.bin'));
  renameSync(source, join(folder, 'pictures'));
  const result = await pull(join(folder, 'pictures'));
  expect(result.rungs.raw).toEqual({ files: 2, bytes: 5 * MIB + 7 + 300_000 });
  expect(result.from.here).toBe(first.bytes - result.rungs.raw.bytes);
  expect(await compareByNode(join(folder, 'pictures'), join(into, 'pictures'))).toEqual([]);
  expect([...index.files.values()].filter(({ size }) => size === 5 * MIB + 7)).toHaveLength(1);
});

test('a lying index costs bytes and nothing else', async () => {
  const { folder, into, pull, index, first, source } = await copiedOnce();
  const lie = Buffer.alloc(300_000, 'lie');
  writeFileSync(join(into, 'lie'), lie);
  const sound = [...index.files.values()].find(({ size }) => size === 300_000);
  if (sound === undefined) throw new Error('not known');
  // Says of another file that it has the content of this one, and is believed until its bytes are looked at.
  const opened = Folder.openPath(Buffer.from(into));
  const now = opened.statName(fromText('lie'));
  opened.close();
  if (now === null) throw new Error('not there');
  rmSync(join(into, 'photos', 'sound.bin'));
  index.files.clear();
  index.files.set(now.inode, { ...sound, ...now, path: Buffer.from(join(into, 'lie')) });
  renameSync(source, join(folder, 'pictures'));
  const result = await pull(join(folder, 'pictures'));
  expect(result).toMatchObject({ state: 'done', problems: [] });
  expect(result.rungs.raw).toEqual({ files: first.files, bytes: first.bytes });
  expect(await compareByNode(join(folder, 'pictures'), join(into, 'pictures'))).toEqual([]);
});

test('cut off while content is brought from here, the job goes on and still sends none of it', async () => {
  const { folder, into, index, ends, first, source } = await copiedOnce();
  const renamed = join(folder, 'pictures');
  renameSync(source, renamed);
  const looks = index.requests.length;
  const pull = ends.start([renamed], into);
  await vi.waitFor(() => expect(index.requests.length).toBeGreaterThan(looks), { interval: 1 });
  await ends.suspend();
  ends.resume(pull.job);
  const result = await pull.result;
  expect(result).toMatchObject({ state: 'done', files: first.files, problems: [] });
  expect(result.rungs.raw.files).toBe(0);
  expect(result.wireBytes).toBeLessThan(first.bytes / 20);
  expect(await compareByNode(renamed, join(into, 'pictures'))).toEqual([]);
});

test.each([false, true])(
  'a dry run foresees what a copy puts on the network (known before: %s)',
  async (isKnown) => {
    const { folder, into, pull, index, source } = await copiedOnce();
    const renamed = join(folder, 'pictures');
    renameSync(source, renamed);
    if (!isKnown) index.files.clear();
    const foreseen = await pull(renamed, { dryRun: true });
    const result = await pull(renamed);
    expect(foreseen.predictedWireBytes).toBeGreaterThan(result.wireBytes * 0.9);
    expect(foreseen.predictedWireBytes).toBeLessThan(result.wireBytes * 1.1);
    expect(result.predictedWireBytes).toBe(null);
    expect(await compareByNode(renamed, join(into, 'pictures'))).toEqual([]);
  },
);

describe('what a selection holds twice', () => {
  /** Files of one size: content by its letter, alike letters are alike. */
  async function pulled(letters: string, wishes: PullWishes = {}) {
    const folder = makeTempFolder();
    const [source, into] = [join(folder, 'tree'), join(folder, 'into')];
    mkdirSync(source);
    const bytes = 3 * MIB + 11;
    for (const [index, letter] of [...letters].entries()) {
      createBigFile(join(source, `${index}.bin`), bytes, letter);
    }
    const ends = await TwoEnds.start();
    const result = await ends.pull([source], into, wishes);
    if (wishes.dryRun !== true) expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
    expect(result).toMatchObject({ state: 'done', files: letters.length, problems: [] });
    const whole = (wireBytes: number) => Math.round(wireBytes / bytes);
    return { result, whole };
  }

  test('is sent once', async () => {
    const { result, whole } = await pulled('aabab');
    expect(whole(result.wireBytes)).toBe(2);
    expect(result.rungs.raw.files).toBe(2);
    expect(result.rungs.copied.files + result.rungs.cloned.files).toBe(3);
  });

  test('is sent as often as it is there, when told so', async () => {
    const { result, whole } = await pulled('aab', { reuse: false });
    expect(whole(result.wireBytes)).toBe(3);
  });

  test('is foreseen', async () => {
    const { result, whole } = await pulled('aabab', { dryRun: true });
    expect(whole(result.predictedWireBytes ?? 0)).toBe(2);
  });

  test('is no longer looked for where files are only as long as each other', async () => {
    const { result, whole } = await pulled('abcdefghijklmnopqrstuvwx');
    expect(whole(result.wireBytes)).toBe(24);
    expect(result.rungs.raw.files).toBe(24);
  });
});
