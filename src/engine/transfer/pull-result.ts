import type { Failure } from '../../shared/failure.ts';
import type { JobResult } from '../../shared/job.ts';
import type { PullOrder } from './pull-order.ts';
import type { PullTally } from './pull-tally.ts';

/** What a result says beside the counts. */
interface PullEnd extends Pick<JobResult, 'state' | 'wireBytes' | 'streams' | 'times'> {
  readonly failure: Failure | null;
}

/** The result of a pull as it is stored, told and shown. */
export function toPullResult(
  tally: PullTally,
  order: Pick<PullOrder, 'orderedMs' | 'dryRun' | 'range'>,
  end: PullEnd,
): JobResult {
  const { cloned, copied, delta, raw } = tally.rungs;
  return {
    ...end,
    seconds: Math.max(0, Date.now() - order.orderedMs) / 1000,
    verified: end.failure === null && !order.dryRun,
    ...(order.range ? { atomic: !order.range.inPlace } : {}),
    files: tally.files,
    folders: tally.folders,
    links: tally.links,
    bytes: tally.totalBytes,
    unchanged: tally.unchanged,
    reusedBytes: tally.thereBytes + copied.bytes + tally.olderBytes,
    clonedBytes: cloned.bytes,
    from: { there: tally.thereBytes, here: tally.hereBytes, older: tally.olderBytes },
    rungs: { unchanged: { files: tally.unchanged, bytes: tally.thereBytes }, cloned, copied, delta, raw },
    predictedWireBytes: order.dryRun ? end.wireBytes + tally.foreseenBytes : null,
    replaced: { trashed: tally.replaced.trashed, gone: tally.replaced.gone },
    preflight: tally.preflight,
    problems: tally.problems,
    problemCount: tally.problemCount,
    failure: end.failure?.toData() ?? null,
  };
}
