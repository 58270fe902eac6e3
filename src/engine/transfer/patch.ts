import type { CopyRange } from '../../shared/copy-options.ts';
import type { PublishPlan } from '../disk/publish.ts';
import type { Stat } from '../disk/stat.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { claimVersion } from './claim.ts';
import type { FileTask } from './work-queue.ts';

/** A piece of a file that goes into what is at its target, of which the rest stays as it is. */
export interface Patch {
  readonly range: CopyRange;
  /** What is patched; null: nothing is there. */
  readonly old: Stat | null;
  /** How long the target is afterwards. */
  readonly bytes: number;
  /** The time the target is given: it has the content of no file of the source. */
  readonly mtimeSec: number;
  readonly mtimeNs: number;
}

/** A piece of a file here, in bytes. */
export interface Piece {
  readonly at: number;
  readonly length: number;
}

/** @param plan how the target gets its name. */
export function newPatch(range: CopyRange, plan: PublishPlan): Patch {
  const old = plan.kind === 'replace' ? plan.expected : null;
  const nowMs = Date.now();
  return {
    range,
    old,
    bytes: Math.max(old?.size ?? 0, range.to + range.length),
    mtimeSec: Math.floor(nowMs / 1000),
    mtimeNs: (nowMs % 1000) * 1_000_000,
  };
}

/** Where the first byte of a task goes in its target. */
export function placeOf({ patch }: Pick<FileTask, 'patch'>): number {
  return patch?.range.to ?? 0;
}

/** Which piece of its target it is; null: all of it. */
export function pieceIn({ patch, version }: Pick<FileTask, 'patch' | 'version'>): Piece | null {
  return patch === undefined ? null : { at: patch.range.to, length: version.size };
}

/** What its target has afterwards: length and time. */
export function outcomeOf({ patch, version }: Pick<FileTask, 'patch' | 'version'>) {
  return patch === undefined
    ? version
    : { size: patch.bytes, mtimeSec: patch.mtimeSec, mtimeNs: patch.mtimeNs };
}

/**
 * What claims of a file hold for, 32 bytes: its version, and for a piece also which one, and of which target it is
 * beside. What was begun for another piece, or with another rest, is not gone on with.
 */
export function claimKeyOf({ patch, version }: Pick<FileTask, 'patch' | 'version'>): Buffer {
  const ofVersion = claimVersion(version);
  if (patch === undefined) return ofVersion;
  const { range, old } = patch;
  const { offset, to, inPlace } = range;
  const rest =
    old === null || inPlace
      ? []
      : [old.inode, old.size, old.mtimeSec, old.mtimeNs, old.ctimeSec, old.ctimeNs];
  return hashBytes(Buffer.concat([ofVersion, Buffer.from(JSON.stringify([offset, to, inPlace, rest]))]));
}
