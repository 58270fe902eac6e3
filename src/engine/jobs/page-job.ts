import type { PageSelection } from '../../shared/engine-api.ts';
import { Failure } from '../../shared/failure.ts';
import type { PageItem } from '../source/page-tree.ts';
import { fromText, isSafeName } from '../wire/byte-name.ts';

/** What a job whose files a page holds has beside other jobs. */
export interface PageJob {
  readonly items: readonly PageItem[];
  /** At least this much: a page may still be counting. */
  readonly files: number;
  readonly bytes: number;
  /** Whether no page is there to answer. */
  isAway: boolean;
}

/** A page's selection, checked. @throws Failure `usage`. */
export function toPageJob({ items, files, bytes }: PageSelection): PageJob {
  const seen = new Set<string>();
  const checked = items.map(({ name, type }): PageItem => {
    const byteName = fromText(name);
    if (!isSafeName(byteName) || !name.isWellFormed()) {
      throw new Failure('usage', { subject: name, reason: 'not a name' });
    }
    if (seen.has(byteName)) throw new Failure('usage', { subject: name, reason: 'two have the same name' });
    seen.add(byteName);
    return { name: byteName, type };
  });
  if (checked.length === 0) throw new Failure('usage', { reason: 'nothing to send' });
  return { items: checked, files, bytes, isAway: true };
}

/** Whether two selections name the same things. What is inside is compared file by file as it is read. */
export function isSameSelection(a: PageJob, b: PageJob): boolean {
  if (a.items.length !== b.items.length) return false;
  const types = new Map(a.items.map(({ name, type }) => [name, type]));
  return b.items.every(({ name, type }) => types.get(name) === type);
}
