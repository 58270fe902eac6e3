import { Failure } from '../../shared/failure.ts';
import type { Stat } from '../disk/stat.ts';
import type { Decision } from './decide.ts';
import type { ListedEntry } from './listing-checker.ts';

/**
 * What to do with the one file of which a piece was ordered: it goes into the file that is there, which is what was
 * asked for and no clash, or into a new one.
 * @param existing what is at the target, links not followed.
 * @throws Failure `exists` where that is no file; `peer-misbehaved` where something else is listed.
 */
export function decidePatch(entry: Pick<ListedEntry, 'kind'>, existing: Stat | null): Decision {
  if (entry.kind !== 'file') throw new Failure('peer-misbehaved', { reason: 'a range is of one file' });
  if (existing === null) return { action: 'create' };
  if (existing.type !== 'file') throw new Failure('exists', { reason: 'no file to patch' });
  return { action: 'replace', expected: existing };
}
