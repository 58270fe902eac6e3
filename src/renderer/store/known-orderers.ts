import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { type JobView } from '../../shared/job.ts';
import { ordererOf } from '../format/job-ends.ts';

const KEY = 'ferry.orderers';
/** More of one's own devices than anybody has; older ones are told of again. */
const MAX_KNOWN = 200;

function load(): readonly string[] {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(known) ? known.filter((id) => typeof id === 'string').slice(-MAX_KNOWN) : [];
  } catch {
    // A browser may keep nothing of this page, or something else.
    return [];
  }
}

/** Ids of devices whose first order a person here has been told of; kept by this window. */
const knownStore = createStore<{ readonly known: readonly string[] }>(() => ({ known: load() }));

/** The earliest order of every device of which nobody has been told yet. */
export function firstOrders(
  jobs: Readonly<Record<string, JobView>>,
  known: readonly string[] = knownStore.getState().known,
): readonly JobView[] {
  const first = new Map<string, JobView>();
  for (const job of Object.values(jobs)) {
    const id = ordererOf(job)?.id;
    if (id === undefined || known.includes(id)) continue;
    const earlier = first.get(id);
    if (earlier === undefined || job.createdMs < earlier.createdMs) first.set(id, job);
  }
  return [...first.values()];
}

export function useKnownOrderers(): readonly string[] {
  return useStore(knownStore, ({ known }) => known);
}

/** A person has been told that this device gives orders here. */
export function noteOrderer(id: string): void {
  const known = [...knownStore.getState().known.filter((each) => each !== id), id].slice(-MAX_KNOWN);
  knownStore.setState({ known });
  try {
    localStorage.setItem(KEY, JSON.stringify(known));
  } catch {
    // As above: then it is told once more.
  }
}
