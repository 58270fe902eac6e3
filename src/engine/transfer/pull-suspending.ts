import type { Failure } from '../../shared/failure.ts';
import type { DiskTrouble } from './disk-trouble.ts';
import type { PullDisk } from './pull-disk.ts';
import type { PullTally } from './pull-tally.ts';

/** Lets go of all files and leaves for another run what can be believed. Never rejects. */
export async function suspendPull({ ladder, files, keeping, publishing, writer }: PullDisk): Promise<void> {
  await ladder.close();
  if (writer.isDistrusted) await files.abandon();
  else await files.suspend();
  await keeping.suspend();
  await publishing.settled();
  await writer.suspend();
  writer.close();
}

/** What a suspended pull waits for, once it has let go of everything. */
export function troubleOf(failure: Failure, tally: PullTally, { writer }: PullDisk): DiskTrouble {
  const { neededBytes, neededNames } = tally;
  return { why: failure.toData(), neededBytes, neededNames, isDistrusted: writer.isDistrusted };
}

/**
 * Lets go of the files of a pull that ends. What was written of them stays for another job where it ends by a
 * failure (null: not), but never after an error of the disk. Never rejects.
 */
export async function endFiles(disk: PullDisk, failure: Failure | null): Promise<void> {
  const { ladder, files, keeping } = disk;
  await ladder.close();
  if (failure !== null && failure.code !== 'io' && failure.code !== 'internal') {
    await files.suspend();
    await keeping.suspend();
  } else {
    await files.abandon();
    await keeping.abandon();
  }
}
