import { Failure } from '../../shared/failure.ts';
import { lookAtDestination, openDestination } from '../disk/destination.ts';
import type { Folder } from '../disk/folder.ts';
import type { FolderTable } from '../disk/folder-table.ts';
import { openWithin } from '../disk/inside.ts';
import type { SpaceLedger } from '../disk/space-ledger.ts';
import { knownTraits, probedTraits } from '../disk/target-traits.ts';
import { type LateName, TreeWriter } from '../disk/tree-writer.ts';
import { PreflightCheck } from '../plan/preflight-check.ts';
import { Arrivals } from '../reuse/arrivals.ts';
import type { KnownFiles } from '../reuse/known-files.ts';
import type { Ladder } from '../reuse/ladder.ts';
import { showPath } from '../wire/byte-name.ts';
import { readWay } from '../wire/way.ts';
import { DeltaRung, toldOf } from './delta-rung.ts';
import { DestinationWatch } from './destination-watch.ts';
import type { CopyGate } from './kernel-copy-rung.ts';
import type { LinkList } from './link-list.ts';
import { mayShare, openDoubles, openLadder } from './open-ladder.ts';
import { PullCompares } from './pull-compares.ts';
import type { EndingParts } from './pull-ending.ts';
import { PullFiles } from './pull-files.ts';
import { PullKeeping } from './pull-keeping.ts';
import type { PullOrder, PullReport } from './pull-order.ts';
import { PullPublishing } from './pull-publishing.ts';
import type { PullTally } from './pull-tally.ts';
import { ReceiptBook } from './receipt-book.ts';
import type { StageClock } from './stage-clock.ts';
import { TreePlan } from './tree-plan.ts';
import type { FileTask, WorkQueue } from './work-queue.ts';

/** What one pull counts and remembers, whichever of its parts looks. */
interface Shared {
  readonly order: PullOrder;
  readonly report: PullReport;
  readonly clock: StageClock;
  readonly tally: PullTally;
  readonly queue: WorkQueue;
  readonly links: LinkList;
  readonly ledger: SpaceLedger;
  /** What is known to be here; null where there is no index. */
  readonly known: KnownFiles | null;
}

interface DiskEvents {
  readonly onFailed: (failure: Failure) => void;
  /** There is room, or something to do, again. */
  readonly onNews: () => void;
  /** Runs a step whose failure is the job's. */
  readonly attempt: (step: () => void) => void;
  /** Whether the link is known to be slower than hashing. */
  readonly isLinkSlow: () => boolean;
  /** Whether content may move now. */
  readonly gate: () => CopyGate;
}

/** The parts of a pull that are about its destination. */
export interface PullDisk {
  readonly writer: TreeWriter;
  readonly receipts: ReceiptBook;
  readonly ending: EndingParts;
  readonly publishing: PullPublishing;
  readonly compares: PullCompares;
  readonly keeping: PullKeeping;
  readonly files: PullFiles;
  /** How files that are not there come here. */
  readonly ladder: Ladder<FileTask>;
  readonly plan: TreePlan;
  readonly watch: DestinationWatch;
  readonly arrivals: Arrivals;
  /** The folders for a last look at what arrived; null where there is nothing to tell of. The caller closes them. */
  arrived(): FolderTable | null;
}

/** Opens the destination of a pull. @throws Failure when it cannot be opened. */
export function openPullDisk(
  shared: Shared,
  { onFailed, onNews, attempt, isLinkSlow, gate }: DiskEvents,
): PullDisk {
  const { order, clock, tally, links, ledger, report } = shared;
  const receipts = new ReceiptBook((blob) => report.receipts(blob));
  const { root, isMissing } = openTarget(order);
  const onLateName = ({ folder, planned, name }: LateName) => {
    links.noteLateName(folder, planned, name);
    const path = [...writer.folders.sourcePath(folder), planned];
    receipts.named(path, name);
    tally.addProblem(path, new Failure('late-name', { reason: showPath([name]).path }));
  };
  const writer: TreeWriter = new TreeWriter(
    root,
    order.job,
    onLateName,
    order.resume !== null,
    order.isCautious,
  );
  const parts = { ...shared, writer, receipts };
  const publishing = new PullPublishing(writer, clock, { onFailed, onDone: onNews });
  const compares = new PullCompares(writer, clock);
  const keeping = new PullKeeping(parts, {
    goesOn: (...file) => attempt(() => files.resume(...file)),
    onFailed,
    onNews,
  });
  const { claims, resumed } = keeping;
  const foresee = ({ version }: FileTask, wireBytes: number) => {
    tally.climbed('delta', version.size);
    tally.foreseenBytes += wireBytes;
  };
  const mayBeTold = toldOf(order.delta ?? null, shared.known);
  const deltas =
    mayBeTold === null
      ? null
      : new DeltaRung({
          ...{ writer, tally, clock, claims, mayBeTold, onFailed, onNews },
          takeBlock: (...block) => files.takeBlock(...block),
          fetchBlock: (block) => shared.queue.giveBack(block),
          cloneInto: (...file) => files.cloneInto(...file),
          onForeseen: order.dryRun ? foresee : null,
        });
  const arrivals = new Arrivals();
  const onBrought: Parameters<typeof openDoubles>[1] = (file, open, blocks, by) =>
    attempt(() => files.resume(file, open, blocks, by));
  const doubles = openDoubles({ ...parts, onNews }, onBrought);
  const files: PullFiles = new PullFiles({
    ...{ ...parts, claims, arrivals, doubles, isCautious: order.isCautious ?? false },
    fetchAgain: (task) => (task.patch === undefined ? shared.queue.add(task) : ladder.add(task)),
    goOn: (file) => {
      const fetchRest = () => shared.queue.addKept(file);
      if (deltas?.takeKept(file, fetchRest) !== true) fetchRest();
    },
  });
  const { job, mountPoint = null } = order;
  const watch = new DestinationWatch({ job, root, tally, ledger, mountPoint });
  const compare: PullCompares['add'] = (folder, file) => compares.add(folder, file);
  const ladder = openLadder(
    { ...parts, onNews, isLinkSlow },
    { doubles, older: deltas },
    {
      onBrought,
      onCloned: (file, open) => attempt(() => files.madeHere(file, open, 'cloned')),
      onUnshared: () => {
        isAllShared = false;
        attempt(checkSpace);
      },
      onCopied: (file, open) => attempt(() => files.madeHere(file, open, 'raw')),
      gate,
      onReady: (task, open) => attempt(() => files.resume(task, open, new Map())),
      onFailed,
    },
  );
  const fetch = (task: FileTask) => ladder.add(task);
  // What shares storage needs no room: it is looked for once a file cannot.
  let isAllShared = mayShare(order);
  const checkSpace = () => (order.dryRun || isAllShared ? undefined : watch.checkSpace());
  const preflight = new PreflightCheck(isMissing ? knownTraits(root) : probedTraits(root, job));
  tally.replaced = writer.replaced;
  const plan = new TreePlan({ ...parts, isMissing, resumed, compare, fetch, checkSpace, preflight });
  const kept = order.resume === null ? null : { job: order.job, names: order.offered.names };
  const ending = { writer, links, tally, receipts, into: order.into, kept };
  const arrived = () => (shared.known === null || arrivals.isEmpty ? null : reopened(writer));
  const content = { compares, keeping, files, ladder, plan, watch, arrivals, arrived };
  return { writer, receipts, ending, publishing, ...content };
}

/** Null where that is not possible: nothing but the index suffers. */
function reopened({ folders }: TreeWriter): FolderTable | null {
  try {
    return folders.reopen();
  } catch {
    return null;
  }
}

/** The folder it goes into; a dry run makes none. */
function openTarget({ into, within, dryRun }: PullOrder): {
  readonly root: Folder;
  readonly isMissing: boolean;
} {
  if (within) return openWithin(within.root, readWay(within.way), dryRun);
  return dryRun ? lookAtDestination(into) : { root: openDestination(into), isMissing: false };
}
