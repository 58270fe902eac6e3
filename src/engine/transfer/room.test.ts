import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromText } from '../wire/byte-name.ts';
import { PullTally } from './pull-tally.ts';
import { forgetHoles, noteAllHoles, noteHole, roomOf } from './room.ts';
import { type FileTask, newLargeFile } from './work-queue.ts';

const MIB = 1 << 20;

function taskOf(size: number, holeBytes: number): FileTask {
  const name = fromText('file');
  return {
    ...{ folder: 0, sourceName: name, pathBytes: 0, mode: 0o644, group: 0, row: 0, tries: 0, holeBytes },
    target: { folder: 0, name, plan: { kind: 'new' } },
    version: { size, mtimeSec: 0, mtimeNs: 0, ctimeSec: 0, ctimeNs: 0 },
  };
}

const anyStep = fc.constantFrom('data', 'hole', 'again');

it('what a file still needs is what its source has allocated, also when it is begun again, and nothing once it is whole', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.nat(40 * MIB), fc.array(anyStep), (blocks, holes, steps) => {
      const task = taskOf(blocks * MIB, Math.min(holes, blocks * MIB));
      const tally = new PullTally();
      tally.totalBytes = task.version.size;
      tally.roomlessBytes = task.holeBytes;
      expect(tally.neededBytes).toBe(roomOf(task));
      const file = newLargeFile(task, null, null);
      for (const step of steps) {
        if (step === 'again') {
          tally.doneBytes = 0;
          forgetHoles(tally, file);
          expect(tally.neededBytes).toBe(roomOf(task));
        } else if (tally.doneBytes < task.version.size) {
          tally.doneBytes += MIB;
          if (step === 'hole') noteHole(tally, file, MIB);
          expect(tally.roomlessBytes).toBe(file.holesLeft);
        }
      }
      tally.doneBytes = task.version.size;
      noteAllHoles(tally, file);
      expect([tally.roomlessBytes, tally.neededBytes]).toEqual([0, 0]);
    }),
  );
});
