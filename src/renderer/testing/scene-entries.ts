import type { FakeEngine } from '../../bridge/testing/fake-engine.ts';
import type { EntryState, JobEntry } from '../../shared/job-entry.ts';

const FOLDER_SIZE = 512;
const STATES: readonly EntryState[] = ['copied', 'copied', 'there', 'copied', 'waiting'];

/** One entry of a tree of pictures, of every kind, in every state. */
function entryAt(index: number): JobEntry {
  const folder = `Photos 2026/${2010 + Math.floor(index / FOLDER_SIZE)}`;
  if (index % FOLDER_SIZE === 0) {
    return { path: folder, type: 'folder', bytes: 0, state: 'copied', code: null };
  }
  const isProblem = index % 97 === 5;
  const state = STATES[Math.floor(index / 4) % STATES.length] ?? 'copied';
  return {
    path: `${folder}/IMG_${String(index).padStart(6, '0')}.jpg`,
    type: 'file',
    bytes: 40_000 + ((index * 7_919) % 9_000_000),
    state: isProblem ? 'problem' : state,
    code: isProblem ? 'unreadable' : null,
  };
}

/** Says what a copy of `total` entries is made of, as an engine does. */
export function sceneEntries(total: number): NonNullable<FakeEngine['answers']['jobs.entries']> {
  return ({ offset, limit }) => {
    const length = Math.max(0, Math.min(limit, total - offset));
    const entries = Array.from({ length }, (_, index) => entryAt(offset + index));
    return Promise.resolve({ entries, total });
  };
}
