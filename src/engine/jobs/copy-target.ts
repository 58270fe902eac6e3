import { Failure } from '../../shared/failure.ts';

/** What is at the place that a copy names as its destination. */
export type AtTarget = 'folder' | 'other' | 'nothing';

/** Where a copy goes, settled when it is ordered. */
export interface CopyTarget {
  /** Whether it goes into the named place; otherwise that is its new name. */
  readonly isInto: boolean;
}

/**
 * Into a folder, or under a new name? A destination that ends in '/', or is a folder now, is copied into; any other
 * is the new name, which only one source can have.
 * @param path as it was written. @throws Failure `destination-not-folder`.
 */
export function settleTarget(path: string, at: AtTarget, sources: number): CopyTarget {
  const isNamedFolder = path === '' || path.endsWith('/');
  if (isNamedFolder && at === 'other') throw new Failure('destination-not-folder', { subject: path });
  const isInto = isNamedFolder || at === 'folder';
  if (!isInto && sources > 1) {
    throw new Failure('destination-not-folder', { subject: path, reason: 'several sources need a folder' });
  }
  return { isInto };
}
