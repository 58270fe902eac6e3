import type { Failure } from '../../shared/failure.ts';
import type { OpenFile } from '../disk/open-file.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import { DoublesRung } from '../reuse/doubles-rung.ts';
import { type ElsewhereParts, ElsewhereRung } from '../reuse/elsewhere-rung.ts';
import type { KnownFiles } from '../reuse/known-files.ts';
import { Ladder, type Rung } from '../reuse/ladder.ts';
import { CloneRung } from './clone-rung.ts';
import { wantedWireBytes } from './foreseen.ts';
import { type CopyGate, KernelCopyRung } from './kernel-copy-rung.ts';
import { PatchRung } from './patch-rung.ts';
import type { PullOrder } from './pull-order.ts';
import type { PullTally } from './pull-tally.ts';
import type { StageClock } from './stage-clock.ts';
import type { FileTask, WorkQueue } from './work-queue.ts';

interface LadderParts {
  readonly order: PullOrder;
  readonly writer: TreeWriter;
  readonly queue: WorkQueue;
  readonly tally: PullTally;
  readonly clock: StageClock;
  readonly known: KnownFiles | null;
  readonly isLinkSlow: () => boolean;
  /** There is something to ask for, or a file less. */
  readonly onNews: () => void;
}

interface LadderEvents {
  readonly onBrought: ElsewhereParts<FileTask>['onBrought'];
  /** As `CloneParts.onCloned`. */
  readonly onCloned: (task: FileTask, open: OpenFile) => void;
  /** As `CloneParts.onUnshared`. */
  readonly onUnshared: () => void;
  /** As `KernelCopyParts.onCopied`. */
  readonly onCopied: (task: FileTask, open: OpenFile) => void;
  readonly gate: () => CopyGate;
  /** As `PatchParts`. */
  readonly onReady: (task: FileTask, open: OpenFile) => void;
  readonly onFailed: (failure: Failure) => void;
}

/** What the selection holds twice; null where that is no matter. */
export function openDoubles(
  { order, writer, clock, tally, onNews }: Omit<LadderParts, 'isLinkSlow'>,
  onBrought: LadderEvents['onBrought'],
): DoublesRung<FileTask> | null {
  const { local = null, range, reuse, dryRun } = order;
  if (local !== null || range || !reuse) return null;
  const onForeseen = ({ version }: FileTask) => tally.climbed('copied', version.size);
  return new DoublesRung({ writer, timer: clock, dryRun, onBrought, onForeseen, onNews });
}

/** Whether files may come to share storage with what they are copies of, and need no room. */
export function mayShare({ local = null, range, reuse, dryRun }: PullOrder): boolean {
  return local !== null && !range && reuse && !dryRun;
}

/** Rungs that others than the ladder know too. */
interface OwnRungs {
  readonly doubles: Rung<FileTask> | null;
  readonly older: Rung<FileTask> | null;
}

/**
 * The ladder of a pull: what is elsewhere here first, then what is on its way already, then older versions, what has
 * to be sent last.
 */
export function openLadder(
  parts: LadderParts,
  { doubles, older }: OwnRungs,
  { onBrought, onCloned, onUnshared, onCopied, gate, onReady, onFailed }: LadderEvents,
): Ladder<FileTask> {
  const { order, known, writer, clock, tally, onNews } = parts;
  const rungs: Rung<FileTask>[] = [];
  const { local = null, job } = order;
  // What is known of whole files says nothing of a piece of one.
  if (order.range) {
    const patches = new PatchRung({ job, local, writer, clock, onReady, onFailed, onNews });
    return new Ladder(order.dryRun ? [] : [patches], fetchOf(parts));
  }
  if (local !== null && mayShare(order)) {
    rungs.push(new CloneRung({ items: local, writer, clock, onCloned, onUnshared, onNews }));
    const onMoved = (bytes: number) => {
      tally.doneBytes += bytes;
      tally.movedBytes += bytes;
    };
    rungs.push(new KernelCopyRung({ items: local, writer, clock, gate, onMoved, onCopied, onNews }));
  }
  if (local === null && known !== null && order.reuse) rungs.push(elsewhere(parts, known, onBrought));
  if (doubles !== null) rungs.push(doubles);
  if (older !== null) rungs.push(older);
  return new Ladder(rungs, fetchOf(parts));
}

/** What becomes of a file that no rung brings. */
function fetchOf({ order, tally, queue }: LadderParts): (task: FileTask) => void {
  return (task) => {
    if (order.dryRun) tally.foreseenBytes += wantedWireBytes(task);
    else queue.add(task);
  };
}

function elsewhere(
  { order, writer, clock, tally, isLinkSlow, onNews }: LadderParts,
  known: KnownFiles,
  onBrought: ElsewhereParts<FileTask>['onBrought'],
): Rung<FileTask> {
  const onForeseen = ({ version }: FileTask) => tally.climbed('copied', version.size);
  const { dryRun } = order;
  return new ElsewhereRung({
    ...{ writer, known, timer: clock, dryRun, isLinkSlow },
    ...{ onBrought, onForeseen, onNews },
  });
}
