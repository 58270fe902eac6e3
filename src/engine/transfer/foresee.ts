import type { Decision } from '../plan/decide.ts';
import type { ListedEntry } from '../plan/listing-checker.ts';
import { toFileTask } from './file-task.ts';
import { roomOf } from './room.ts';
import type { PlanParts } from './tree-plan.ts';

type ForeseenParts = Pick<PlanParts, 'order' | 'tally' | 'links' | 'fetch' | 'writer' | 'preflight'>;

/** In a dry run: counts what a real one would bring about by carrying a decision out. */
export function foresee(
  entry: Exclude<ListedEntry, { kind: 'problem' }>,
  decision: Decision,
  { order, tally, links, fetch, writer, preflight }: ForeseenParts,
): void {
  if (entry.kind === 'folder') tally.folders += 1;
  else if (entry.kind === 'link') tally.links += 1;
  else tally.files += 1;
  if (entry.kind !== 'file') return;
  if (decision.action === 'unchanged') {
    tally.unchanged += 1;
    tally.thereBytes += entry.version.size;
  } else if (entry.group === 0 || !links.isFollower(entry.group)) {
    preflight.needs(roomOf(entry));
    const expected = decision.action === 'replace' ? decision.expected : null;
    const plan = expected === null ? ({ kind: 'new' } as const) : ({ kind: 'replace', expected } as const);
    const target = { folder: entry.parent, name: entry.name, plan };
    if (entry.group > 0) links.noteFirst(entry.group, target);
    fetch(toFileTask(entry, target, writer.folders.pathBytes(entry.parent), order.range));
  }
}
