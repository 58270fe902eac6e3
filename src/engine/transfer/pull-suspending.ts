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
