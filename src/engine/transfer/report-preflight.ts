import { Failure } from '../../shared/failure.ts';
import type { Preflight } from '../../shared/preflight.ts';
import { freeSpace } from '../disk/destination.ts';
import { mayWrite } from '../disk/target-traits.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import type { PreflightCheck } from '../plan/preflight-check.ts';
import type { PullTally } from './pull-tally.ts';

/** What a copy of all that is listed would meet at its destination now. */
export function reportPreflight(check: PreflightCheck, tally: PullTally, writer: TreeWriter): Preflight {
  const root = writer.folders.get(0);
  const { bytes, inodes } = freeSpace(root.path);
  return check.report({
    neededNames: tally.files - tally.unchanged + tally.folders + tally.links,
    freeBytes: bytes,
    freeNames: Number.isFinite(inodes) ? inodes : null,
    canWrite: mayWrite(root),
    hasTrash: writer.replaced.hasTrash,
  });
}

/** Notes what a dry run has found. @throws Failure of what a copy would fail at: `no-permission`, `no-space`. */
export function concludeDryRun(check: PreflightCheck, tally: PullTally, writer: TreeWriter): void {
  const preflight = reportPreflight(check, tally, writer);
  tally.preflight = preflight;
  if (!preflight.canWrite) throw new Failure('no-permission');
  const missing = preflight.neededBytes - (preflight.freeBytes ?? Number.POSITIVE_INFINITY);
  if (missing > 0) throw new Failure('no-space', { reason: `${missing} bytes short` });
  if (preflight.freeNames !== null && preflight.freeNames < preflight.neededNames)
    throw new Failure('no-inodes');
}
