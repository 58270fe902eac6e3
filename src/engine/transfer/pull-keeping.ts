import type { Failure } from '../../shared/failure.ts';
import type { OpenFile } from '../disk/open-file.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import { ClaimBook } from './claim-book.ts';
import { KeptFiles } from './kept-files.ts';
import type { PullOrder, PullReport } from './pull-order.ts';
import type { PullTally } from './pull-tally.ts';
import { ResumedTree } from './resumed-tree.ts';
import type { StageClock } from './stage-clock.ts';
import type { FileTask } from './work-queue.ts';

interface KeepingParts {
  readonly order: PullOrder;
  readonly writer: TreeWriter;
  readonly clock: StageClock;
  readonly tally: PullTally;
  readonly report: Pick<PullReport, 'claimed' | 'unclaimed'>;
}

interface KeepingEvents {
  readonly goesOn: (task: FileTask, open: OpenFile, kept: ReadonlyMap<number, Buffer>) => void;
  readonly onFailed: (failure: Failure) => void;
  /** There is room, or something to fetch, again. */
  readonly onNews: () => void;
}

/** What lets a pull go on after it was cut off: claims for the next run, and what the last one left. */
export class PullKeeping {
  readonly claims: ClaimBook;
  readonly resumed: ResumedTree;
  readonly #files: KeptFiles;

  constructor({ order, writer, clock, tally, report }: KeepingParts, events: KeepingEvents) {
    const { resume } = order;
    const { goesOn, onNews } = events;
    const onFailed = (failure: Failure) => {
      writer.isDistrusted = true;
      events.onFailed(failure);
    };
    const claimed: PullReport['claimed'] = (claims) => report.claimed(claims);
    const unclaimed: PullReport['unclaimed'] = (path) => report.unclaimed(path);
    this.claims = new ClaimBook(writer, order.streams, { claimed, unclaimed, onFailed, onRoom: onNews });
    this.#files = new KeptFiles({ writer, clock, tally }, resume?.claims ?? [], {
      goesOn,
      claimed,
      unclaimed,
      onDone: onNews,
    });
    this.resumed = new ResumedTree(writer, this.#files, resume !== null);
  }

  /** Whether files of the last run are still being looked at. */
  get isBusy(): boolean {
    return this.#files.isBusy;
  }

  /** Claims all that is written, as far as it can be, and lets go of what it has open. */
  async suspend(): Promise<void> {
    await this.#files.suspend();
    await this.claims.flush();
    await this.claims.close();
  }

  /** Lets go of everything and removes what no later run could use. */
  async abandon(): Promise<void> {
    await this.#files.abandon();
    await this.claims.close();
  }
}
