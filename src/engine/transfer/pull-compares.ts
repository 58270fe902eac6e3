import { hashLocalFile } from '../disk/hash-file.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import type { ByteName } from '../wire/byte-name.ts';
import type { StageClock } from './stage-clock.ts';
import type { CompareFile } from './tree-plan.ts';
import type { Compare } from './work-queue.ts';

/** Files here whose content has to be compared with the source's, which is asked for its hashes. */
export class PullCompares {
  readonly #writer: TreeWriter;
  readonly #clock: StageClock;
  readonly #waiting: Compare[] = [];

  constructor(writer: TreeWriter, clock: StageClock) {
    this.#writer = writer;
    this.#clock = clock;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(folder: number, file: CompareFile): void {
    this.#waiting.push({
      kind: 'hash',
      folder,
      sourceName: file.sourceName,
      version: file.version,
      resolve: (theirs) => {
        const startMs = performance.now();
        const ours = theirs === null ? null : this.#hashOurs(folder, file.sourceName);
        this.#clock.since('hash', startMs);
        file.done(ours !== null && theirs !== null && ours.equals(theirs));
      },
    });
  }

  take(): Compare | null {
    return this.#waiting.pop() ?? null;
  }

  giveBack(compare: Compare): void {
    this.#waiting.push(compare);
  }

  /** Null where it cannot be read: then nobody can say that it is the same. */
  #hashOurs(folder: number, name: ByteName): Buffer | null {
    try {
      return hashLocalFile(this.#writer.folders.get(folder), name);
    } catch {
      return null;
    }
  }
}
