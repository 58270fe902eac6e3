import type { ConflictPolicy } from '../../shared/copy-options.ts';
import { isSameTime, type Stat } from '../disk/stat.ts';
import type { ListedEntry } from './listing-checker.ts';

/** What to do with one listed entry, given what stands in its place. */
export type Decision =
  /** Nothing is there. */
  | { readonly action: 'create' }
  /** A folder on a folder. */
  | { readonly action: 'merge'; readonly existing: Stat }
  /** Already there: nothing moves. */
  | { readonly action: 'unchanged'; readonly existing: Stat }
  /** Same size: only the content can tell (`--checksum`); `otherwise` if it differs. */
  | { readonly action: 'compare'; readonly expected: Stat; readonly otherwise: Decision }
  | { readonly action: 'replace'; readonly expected: Stat }
  | { readonly action: 'keep-both' }
  /** Left alone and listed. */
  | { readonly action: 'skip'; readonly reason: string }
  /** Held until a person has answered; everything else goes on. */
  | { readonly action: 'ask'; readonly existing: Stat }
  /** The whole job fails before a byte moves. */
  | { readonly action: 'refuse' };

export interface DecideOptions {
  readonly onConflict: ConflictPolicy;
  readonly checksum: boolean;
}

type CopiedEntry = Exclude<ListedEntry, { kind: 'problem' }>;

/**
 * Decides by the conflict rules of the command line's contract: folder on folder merges, identical is
 * never a conflict, a link or file where a folder is needed is one and is never followed, and nothing
 * but a file or a link is ever replaced.
 * @param existing what is at the target, links not followed.
 * @param existingLink where it points when it is a link.
 */
export function decide(
  entry: CopiedEntry,
  existing: Stat | null,
  existingLink: string | null,
  options: DecideOptions,
): Decision {
  if (existing === null) return { action: 'create' };
  if (entry.kind === 'folder' && existing.type === 'folder') return { action: 'merge', existing };
  if (entry.kind === 'link' && existing.type === 'link' && existingLink === entry.target) {
    return { action: 'unchanged', existing };
  }
  if (entry.kind !== 'file' || existing.type !== 'file') return onClash(entry, existing, options);
  const sameSize = existing.size === entry.version.size;
  if (options.checksum) {
    const otherwise = onClash(entry, existing, options);
    return sameSize ? { action: 'compare', expected: existing, otherwise } : otherwise;
  }
  const isIdentical = sameSize && isSameTime(existing, entry.version);
  return isIdentical ? { action: 'unchanged', existing } : onClash(entry, existing, options);
}

/** What becomes of an entry whose place is taken by something else. */
export function onClash(
  entry: CopiedEntry,
  existing: Stat,
  options: Pick<DecideOptions, 'onConflict'>,
): Decision {
  const isReplaceable = entry.kind !== 'folder' && (existing.type === 'file' || existing.type === 'link');
  switch (options.onConflict) {
    case 'keep-both':
      return { action: 'keep-both' };
    case 'skip':
      return { action: 'skip', reason: 'left alone' };
    case 'replace':
      return isReplaceable
        ? { action: 'replace', expected: existing }
        : { action: 'skip', reason: 'not a file' };
    case 'newer':
      if (!isReplaceable) return { action: 'skip', reason: 'not a file' };
      return isNewer(entry, existing)
        ? { action: 'replace', expected: existing }
        : { action: 'skip', reason: 'target is newer' };
    case 'ask':
      return { action: 'ask', existing };
    case 'fail':
      return { action: 'refuse' };
  }
}

function isNewer(entry: CopiedEntry, existing: Stat): boolean {
  const { mtimeSec, mtimeNs } = entry.kind === 'file' ? entry.version : entry;
  return mtimeSec > existing.mtimeSec || (mtimeSec === existing.mtimeSec && mtimeNs > existing.mtimeNs);
}
