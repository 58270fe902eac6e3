import { type CopyPlace, MAX_COPY_SOURCES } from '../../shared/browse.ts';
import { DEFAULT_COPY_OPTIONS } from '../../shared/copy-options.ts';
import type { JobView } from '../../shared/job.ts';
import type { Place } from '../../shared/place.ts';
import { act } from './act.ts';
import type { AppContext } from './app-context.ts';
import { browseStore } from './browse-store.ts';
import { peerRefOf } from './peer-ref.ts';
import { noteBegun, openDialog } from './view-store.ts';

/** Where a refusal to copy from or to a pane shows. */
export const COPY = 'copy';

/** A person is there: what clashes, and what a network may cost, is asked. */
const OPTIONS = { ...DEFAULT_COPY_OPTIONS, onConflict: 'ask', anyNetwork: false } as const;

/** Whether one order can name so many things. */
export function isOrderable(from: readonly CopyPlace[]): boolean {
  return from.length > 0 && from.length <= MAX_COPY_SOURCES;
}

/** Has `from` copied into the folder `to`, whichever devices that concerns. Null: refused, see {@link COPY}. */
export async function copyInto(
  app: AppContext,
  from: readonly CopyPlace[],
  to: CopyPlace,
): Promise<JobView | null> {
  if (!isOrderable(from)) return null;
  const path = to.path === '' || to.path.endsWith('/') ? to.path : `${to.path}/`;
  const job = await act(app.engine, COPY, 'jobs.copy', { from, to: { ...to, path }, options: OPTIONS });
  noteCopy(job);
  return job;
}

function noteCopy(job: JobView | null): void {
  if (job === null) return;
  browseStore.setState({ lastJob: job.job });
  noteBegun();
}

function placeHere({ share, path }: CopyPlace): Place {
  return share === null ? path : { root: share, path };
}

/**
 * Things of this device go to another one as any that are sent; those of other devices need a shared folder there,
 * which is asked for. Null: refused or asked.
 */
export async function copyToPeer(
  app: AppContext,
  from: readonly CopyPlace[],
  shortId: string,
): Promise<JobView | null> {
  const peer = app.store.getState().peers[shortId];
  if (peer === undefined || !isOrderable(from)) return null;
  if (from.some((place) => place.peer !== null)) {
    openDialog({ kind: 'copy-to', peer: shortId, from });
    return null;
  }
  const jobs = await act(app.engine, COPY, 'jobs.send', {
    paths: from.map(placeHere),
    to: [peerRefOf(peer)],
    options: OPTIONS,
  });
  const [job = null] = jobs ?? [];
  noteCopy(job);
  return job;
}
