import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareTrees } from '../tools/compare-trees.ts';
import { createBigFile } from '../tools/trees/big-file.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { World } from './device.ts';

const LARGE_BYTES = 5_000_000;

async function makePhotos(root: string): Promise<void> {
  await mkdir(root);
  createSmallFiles(join(root, 'small'), { files: 300, medianBytes: 10_000 });
  createBigFile(join(root, 'film.bin'), LARGE_BYTES, root);
}

const sentOf = (result: Readonly<Record<string, unknown>> | null) =>
  (result?.['rungs'] as { raw: { bytes: number } } | undefined)?.raw.bytes;

describe.concurrent('content that the other device has', () => {
  it('renamed, copied, and in another folder: it does not move again, and the result says so', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    await makePhotos(world.path('photos'));
    const first = await anna.run(['send', world.path('photos'), '--to', 'bob']);
    expect(first.code).toBe(0);
    const bytes = Number(first.result?.['bytes']);
    expect(sentOf(first.result)).toBe(bytes);

    const again = await anna.run(['send', world.path('photos'), '--to', 'bob']);
    expect(again.result).toMatchObject({ unchanged: 301, reusedBytes: bytes, from: { there: bytes } });
    expect(again.result?.['wireBytes']).toBeLessThan(bytes / 50);

    await rename(world.path('photos'), world.path('pictures'));
    const foreseen = await anna.run(['send', world.path('pictures'), '--to', 'bob', '--dry-run']);
    const moved = await anna.run(['send', world.path('pictures'), '--to', 'bob']);
    expect(moved.code).toBe(0);
    expect(sentOf(moved.result)).toBe(0);
    expect(moved.result?.['wireBytes']).toBeLessThan(bytes / 100);
    const predicted = Number(foreseen.result?.['predictedWireBytes']);
    expect(predicted).toBeGreaterThan(Number(moved.result?.['wireBytes']) * 0.9);
    expect(predicted).toBeLessThan(Number(moved.result?.['wireBytes']) * 1.1);
    const { differences } = await compareTrees(world.path('pictures'), join(bob.inbox, 'pictures'));
    expect(differences).toEqual([]);

    const mixed = world.path('mixed');
    await mkdir(mixed);
    await cp(world.path('pictures/film.bin'), join(mixed, 'renamed.bin'));
    createBigFile(join(mixed, 'new.bin'), 100_000, 'new');
    const partly = await anna.run(['send', mixed, '--to', 'bob']);
    expect(sentOf(partly.result)).toBe(100_000);
    const without = await anna.run([
      'send',
      mixed,
      '--to',
      'bob',
      '--no-reuse',
      '--on-conflict',
      'keep-both',
    ]);
    expect(without.code).toBe(0);
  });

  it('is not used for a device that did not send it, unless it is one of the own', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const carl = await world.serving('carl', ['--accept', 'paired']);
    await bob.pairWith(carl);
    const film = world.path('film.bin');
    createBigFile(film, LARGE_BYTES, 'film');
    expect((await anna.run(['send', film, '--to', 'bob'])).code).toBe(0);
    // Bob has it in his inbox; to Carl, who is a guest there, that makes no difference.
    const guest = world.path('guest.bin');
    await cp(film, guest);
    const asGuest = await carl.run(['send', guest, '--to', 'bob']);
    expect([asGuest.code, sentOf(asGuest.result)]).toEqual([0, LARGE_BYTES]);
    expect(await bob.run(['trust', 'carl', 'mine'])).toMatchObject({ code: 0 });
    const own = world.path('own.bin');
    await cp(film, own);
    await rm(join(bob.inbox, 'guest.bin'));
    const asOwn = await carl.run(['send', own, '--to', 'bob']);
    expect([asOwn.code, sentOf(asOwn.result)]).toEqual([0, 0]);
  });
});
