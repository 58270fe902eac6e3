import { Failure } from '../../shared/failure.ts';
import { isSettledProblem, type JobView, type Problem } from '../../shared/job.ts';
import { listedName, type SelectedItem } from '../source/selection.ts';
import type { JobRecord, JsonValue } from '../state/records.ts';
import { itemOfPath, pathOfItem } from './selected-items.ts';

/** What a source keeps of a selection, to serve or order it again; paths are base64. */
export function storedSelection(items: readonly SelectedItem[]): { readonly [key: string]: JsonValue } {
  const only = items.flatMap((item) => item.only ?? []);
  return {
    items: items.map((item) => pathOfItem(item).toString('base64')),
    ...(only.length === 0 ? {} : { only: only.map((path) => Buffer.from(path).toString('base64')) }),
  };
}

function bytesOf(resume: JsonValue, key: 'items' | 'only'): readonly Buffer[] {
  if (typeof resume !== 'object' || resume === null || Array.isArray(resume)) return [];
  const list = (resume as { readonly [key: string]: JsonValue })[key];
  return Array.isArray(list) ? list.map((path) => Buffer.from(String(path), 'base64')) : [];
}

/** Path of an entry within a job, '/'-separated: the item it belongs to and what is below that. */
function split(path: Uint8Array): { readonly top: string; readonly below: Buffer | null } {
  const bytes = Buffer.from(path);
  const cut = bytes.indexOf('/');
  if (cut < 0) return { top: bytes.toString('latin1'), below: null };
  return { top: bytes.subarray(0, cut).toString('latin1'), below: bytes.subarray(cut + 1) };
}

/** Of these items only what the paths name; an item that none of them names is left out. */
export function restrictItems(
  items: readonly SelectedItem[],
  paths: readonly Uint8Array[],
): readonly SelectedItem[] {
  const byItem = new Map<string, Uint8Array[] | null>();
  for (const path of paths) {
    const { top, below } = split(path);
    const known = byItem.get(top);
    if (below === null || known === null) byItem.set(top, null);
    else byItem.set(top, [...(known ?? []), path]);
  }
  return items.flatMap((item) => {
    const only = byItem.get(Buffer.from(listedName(item)).toString('latin1'));
    if (only === undefined) return [];
    return [only === null ? item : { ...item, only }];
  });
}

/** A selection as an earlier run of the engine stored it, for these items. */
export function withStoredOnly(items: readonly SelectedItem[], resume: JsonValue): readonly SelectedItem[] {
  const only = bytesOf(resume, 'only');
  if (only.length === 0) return items;
  const some = new Map(restrictItems(items, only).map((item) => [item.name, item]));
  return items.map((item) => some.get(item.name) ?? item);
}

/**
 * What an earlier job of ours was ordered to send; of it only the entries that failed, where all of those are known.
 * @throws Failure `usage` for what a page holds, `no-such-path`.
 */
export function repeatedItems(
  {
    view,
    resume,
  }: Pick<JobRecord, 'resume'> & { readonly view: Pick<JobView, 'job' | 'sourceKind' | 'result'> },
  only: 'all' | 'failed',
): readonly SelectedItem[] {
  if (view.sourceKind !== 'disk') {
    throw new Failure('usage', { subject: view.job, reason: 'a page holds its files' });
  }
  const items = withStoredOnly(bytesOf(resume, 'items').map(itemOfPath), resume);
  if (items.length === 0) throw new Failure('no-such-path', { subject: view.job });
  const { problems = [], problemCount = 0 } = view.result ?? {};
  if (only === 'all' || problems.length < problemCount) return items;
  const failed = problems.filter((problem) => !isSettledProblem(problem)).map(pathOfProblem);
  return failed.length === 0 ? items : restrictItems(items, failed);
}

function pathOfProblem({ path, pathBase64 }: Problem): Buffer {
  return pathBase64 === undefined ? Buffer.from(path) : Buffer.from(pathBase64, 'base64');
}
