import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { fromText } from '../wire/byte-name.ts';
import type { Folder } from './folder.ts';
import { type Disk, loadDisk, WAYS } from './testing/load-disk.ts';
import { countOpenDescriptors, makeTempFolder } from './testing/temp-folder.ts';

describe.each(WAYS)('by %s', (way) => {
  let disk: Disk;
  beforeAll(async () => {
    disk = await loadDisk(way);
  });

  function make(): {
    folder: Folder;
    write: (count: number) => void;
    batch: InstanceType<Disk['DurableBatch']>;
  } {
    const folder = disk.Folder.openPath(Buffer.from(makeTempFolder()));
    onTestFinished(() => folder.close());
    const batch = new disk.DurableBatch(folder);
    let files = 0;
    const write = (count: number) => {
      for (let index = 0; index < count; index++) {
        files += 1;
        const fd = folder.createFile(fromText(`file-${files}`), 0o600);
        disk.writeFully(fd, Buffer.from('content'), 0);
        batch.wrote(fd);
      }
    };
    return { folder, write, batch };
  }

  // Without libc every file is synced as it comes, which takes its time.
  test.each(way === 'libc' ? [0, 1, 62, 63, 64, 65, 200] : [0, 1, 5])(
    'after %d files and a sync no descriptor is left',
    async (count) => {
      const { write, batch } = make();
      const before = countOpenDescriptors();
      write(count);
      await batch.sync();
      expect(countOpenDescriptors()).toBe(before);
      write(count);
      batch.abandon();
      expect(countOpenDescriptors()).toBe(before);
    },
  );

  test('descriptors held for a sync are bounded, however many files there are', () => {
    const { write, batch } = make();
    const before = countOpenDescriptors();
    for (let round = 0; round < 5; round++) {
      write(way === 'libc' ? 50 : 5);
      expect(countOpenDescriptors() - before).toBeLessThan(disk.SYNC_FILE_SYSTEM_FROM);
    }
    batch.abandon();
  });

  test('many files make it one sync of the file system, until the next batch', async () => {
    const { write, batch } = make();
    if (way === 'libc') {
      write(disk.SYNC_FILE_SYSTEM_FROM - 1);
      expect(batch.isWhole).toBe(false);
      write(1);
      expect(batch.isWhole).toBe(true);
    }
    await batch.sync();
    expect(batch.isWhole).toBe(false);
    batch.makeWhole();
    expect(batch.isWhole).toBe(way === 'libc');
    await batch.sync();
    batch.abandon();
  });

  test('what is written while a sync runs belongs to the next one', async () => {
    const { write, batch } = make();
    const before = countOpenDescriptors();
    write(way === 'libc' ? 100 : 5);
    const syncing = batch.sync();
    write(3);
    await syncing;
    if (way === 'libc') expect(countOpenDescriptors()).toBe(before + 3);
    await batch.sync();
    expect(countOpenDescriptors()).toBe(before);
  });

  test('a sync that fails is told, and leaves no descriptor behind', async () => {
    const folder = disk.Folder.openPath(Buffer.from('/dev'));
    onTestFinished(() => folder.close());
    const batch = new disk.DurableBatch(folder);
    const before = countOpenDescriptors();
    // A device that cannot be synced, and one that could have been: both are let go.
    const handOver = () => {
      for (const name of ['null', 'zero']) batch.wrote(folder.openFile(fromText(name)));
    };
    await expect((async () => (handOver(), batch.sync()))()).rejects.toThrow(
      expect.objectContaining({ code: 'EINVAL' }),
    );
    expect(countOpenDescriptors()).toBe(before);
  });
});
