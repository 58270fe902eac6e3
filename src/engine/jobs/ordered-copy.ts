import type { CopyPlace } from '../../shared/browse.ts';
import type { JsonValue } from '../state/records.ts';

/** A copy as it was ordered here, peers by their ids. */
export interface OrderedCopy {
  readonly from: readonly CopyPlace[];
  readonly to: CopyPlace;
  /** It went into the named place; otherwise that was its new name. */
  readonly isInto: boolean;
}

export function storeCopy({ from, to, isInto }: OrderedCopy): JsonValue {
  return { from: from.map((place) => ({ ...place })), to: { ...to }, isInto };
}

/** What `storeCopy` has stored with a job; null where the job was ordered elsewhere. */
export function orderedCopyOf(resume: JsonValue): OrderedCopy | null {
  if (typeof resume !== 'object' || resume === null || !('copy' in resume)) return null;
  const { copy } = resume;
  const isWhole = typeof copy === 'object' && copy !== null && 'from' in copy && 'to' in copy;
  return isWhole ? (copy as unknown as OrderedCopy) : null;
}
