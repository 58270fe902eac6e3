import { type Failure, toFailure } from '../../shared/failure.ts';
import type { CancelKeep } from '../../shared/job.ts';
import { removeParts } from '../disk/remove-parts.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import { toBytes } from '../wire/byte-name.ts';
import { bringKept, type KeptJob, leftParts, removeUnfinished } from './bring-kept.ts';
import type { LinkList } from './link-list.ts';
import type { PullTally } from './pull-tally.ts';
import type { ReceiptBook } from './receipt-book.ts';

export interface EndingParts {
  readonly writer: TreeWriter;
  readonly links: LinkList;
  readonly tally: PullTally;
  readonly receipts: ReceiptBook;
  /** Exact bytes of the destination folder. */
  readonly into: Uint8Array;
  /** Of a job that was taken up; null for the first run of one. */
  readonly kept: KeptJob | null;
}

/** Exact bytes of the paths of what is staged now. */
export function stagedPaths({ writer, into }: Pick<EndingParts, 'writer' | 'into'>): Buffer[] {
  return writer.stagedParts().map((part) => Buffer.concat([into, Buffer.from('/'), toBytes(part)]));
}

/**
 * Brings all that is written to its place, under its name: the end of a copy, and of a cancelled one whose
 * finished files are kept. @throws system errors, and Failures that fail the whole job.
 */
export async function finishTree(parts: EndingParts, onlyArrived: boolean): Promise<void> {
  const { writer, links, tally, receipts } = parts;
  for (const { number, name } of writer.folders.renamed()) {
    receipts.named(writer.folders.sourcePath(number), name);
  }
  await writer.publishWaiting();
  links.create(writer, tally, onlyArrived);
  await writer.finish((folder, failure) => tally.addProblem(writer.folders.sourcePath(folder), failure));
}

/**
 * Leaves of a pull that has ended what it should leave, and closes its writer.
 * @returns the parts that are left on disk, and why what arrived could not be kept.
 */
export async function endTree(
  parts: EndingParts,
  keep: CancelKeep,
): Promise<{ readonly left: readonly Buffer[]; readonly failure: Failure | null }> {
  const { writer, kept } = parts;
  let failure: Failure | null = null;
  if (keep === 'arrived') {
    try {
      if (kept !== null) removeUnfinished(writer, kept);
      await finishTree(parts, true);
      if (kept !== null) await bringKept(writer, kept);
    } catch (error) {
      failure = toFailure(error);
    }
  }
  const staged = kept === null ? stagedPaths(parts) : leftParts(writer, kept);
  writer.abandon();
  writer.close();
  return { left: keep === 'nothing' ? await removeParts(staged) : staged, failure };
}
