import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  copyFileSync,
  openSync,
  renameSync,
  statfsSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MemoryIndex } from '../src/engine/transfer/testing/memory-index.ts';
import { TwoEnds } from '../src/engine/transfer/testing/two-ends.ts';
import { compareTrees } from '../tools/compare-trees.ts';
import { createBigFile } from '../tools/trees/big-file.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { World } from './device.ts';
import { type FileSystem, LoopMount } from './loop-mount.ts';
import { describeIfPossible } from './needs.ts';

const FILM_BYTES = 40 * 1024 * 1024 + 7;
/** Names, inodes and what the file system keeps beside content. */
const OVERHEAD_BYTES = 3 * 1024 * 1024;

function shared(type: FileSystem): void {
  let mount: LoopMount;
  beforeAll(() => {
    mount = new LoopMount(type);
  });
  afterAll(() => mount.remove());

  it('takes no room a second time, and every extent is shared', async () => {
    const [source, into] = [join(mount.path, 'photos'), join(mount.path, 'into')];
    createBigFile(join(source, 'film.bin'), FILM_BYTES);
    createSmallFiles(join(source, 'small'), { files: 40, medianBytes: 30_000 });
    const index = new MemoryIndex();
    const ends = await TwoEnds.start(index.handle);
    const first = await ends.pull([source], into);
    expect(first).toMatchObject({ state: 'done', clonedBytes: 0 });
    await vi.waitFor(() => expect(index.isTold).toBe(true));
    renameSync(source, join(mount.path, 'pictures'));
    const before = mount.usedBytes();
    const second = await ends.pull([join(mount.path, 'pictures')], into);
    expect(second).toMatchObject({ state: 'done', clonedBytes: first.bytes, reusedBytes: 0, problems: [] });
    expect(second.rungs.cloned).toEqual({ files: first.files, bytes: first.bytes });
    expect(mount.usedBytes() - before).toBeLessThan(OVERHEAD_BYTES);
    const { shared: sharedExtents, all } = mount.extents(join(into, 'pictures', 'film.bin'));
    expect([sharedExtents, all > 0]).toEqual([all, true]);
    const { differences } = await compareTrees(join(mount.path, 'pictures'), join(into, 'pictures'));
    expect(differences).toEqual([]);
    // What shares storage is still a file of its own.
    writeFileSync(join(into, 'photos', 'film.bin'), 'another');
    const after = await compareTrees(join(mount.path, 'pictures'), join(into, 'pictures'));
    expect(after.differences).toEqual([]);
  });

  it('of an edited file only the edits take room', async () => {
    const [source, into] = [join(mount.path, 'edited'), join(mount.path, 'beside')];
    createBigFile(source, FILM_BYTES, 'edited');
    const ends = await TwoEnds.start();
    expect(await ends.pull([source], into)).toMatchObject({ state: 'done' });
    // Keeps the old version's blocks in use, so that they show where they are not shared.
    copyFileSync(join(into, 'edited'), join(mount.path, 'kept'), constants.COPYFILE_FICLONE_FORCE);
    const file = openSync(source, 'r+');
    for (let edit = 0; edit < 10; edit++) writeSync(file, 'edited', edit * 4_000_037);
    closeSync(file);
    utimesSync(source, 1_700_000_000, 1_700_000_000);
    const before = mount.usedBytes();
    const wishes = { onConflict: 'replace', delta: 'any' } as const;
    expect(await ends.start([source], into, wishes).result).toMatchObject({
      state: 'done',
      rungs: { delta: { files: 1 } },
    });
    expect(mount.usedBytes() - before).toBeLessThan(OVERHEAD_BYTES);
    const { differences } = await compareTrees(source, join(into, 'edited'));
    expect(differences).toEqual([]);
  });

  it('a copy within this machine is one too, but not where it is to be verified', async () => {
    const source = join(mount.path, 'here');
    createBigFile(join(source, 'film.bin'), FILM_BYTES, 'here');
    createSmallFiles(join(source, 'small'), { files: 40, medianBytes: 30_000 });
    // Beside the mount: a machine of its own would not see it.
    await using world = await World.create({ shares: true });
    const anna = await world.device('anna');
    const before = mount.usedBytes();
    const run = await anna.run(['cp', source, join(mount.path, 'twin')]);
    expect(run).toMatchObject({ code: 0, result: { files: 41, wireBytes: 0, reusedBytes: 0 } });
    expect(run.result?.['clonedBytes']).toBe(run.result?.['bytes']);
    expect(mount.usedBytes() - before).toBeLessThan(OVERHEAD_BYTES);
    const read = await anna.run(['cp', source, join(mount.path, 'read'), '--verify']);
    expect(read).toMatchObject({ code: 0, result: { files: 41, clonedBytes: 0, verified: true } });
    for (const copy of ['twin', 'read']) {
      expect((await compareTrees(source, join(mount.path, copy))).differences).toEqual([]);
    }
    // a piece goes into a clone of its target: only the piece takes room
    const target = join(mount.path, 'twin', 'film.bin');
    const whole = mount.usedBytes();
    const range = ['--range', `0:1000000:${FILM_BYTES - 1_000_000}`];
    const patched = await anna.run(['cp', join(source, 'film.bin'), target, ...range]);
    expect(patched).toMatchObject({ code: 0, result: { bytes: 1_000_000, atomic: true } });
    expect(mount.usedBytes() - whole).toBeLessThan(OVERHEAD_BYTES + 1_000_000);
    // what shares its storage needs none, so there need not be room for it
    const { bavail, bsize } = statfsSync(mount.path);
    execFileSync('fallocate', ['-l', `${bavail * bsize - 20_000_000}`, join(mount.path, 'filler')]);
    const tight = await anna.run([
      'cp',
      join(source, 'film.bin'),
      join(mount.path, 'tight'),
      '--patience',
      '5',
    ]);
    expect(tight).toMatchObject({ code: 0, result: { clonedBytes: FILM_BYTES } });
  });
}

describeIfPossible('content that is shared on btrfs', () => shared('btrfs'));
describeIfPossible('content that is shared on xfs', () => shared('xfs'));
