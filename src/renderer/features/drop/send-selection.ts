import { DEFAULT_COPY_OPTIONS } from '../../../shared/copy-options.ts';
import type { PeerView } from '../../../shared/device.ts';
import { toFailure } from '../../../shared/failure.ts';
import type { PickedItems } from '../../../shared/host-api.ts';
import type { JobView } from '../../../shared/job.ts';
import { collectDropped } from '../../ports/page-files/collect-dropped.ts';
import { collectPicked } from '../../ports/page-files/collect-picked.ts';
import type { HeldSelection } from '../../ports/page-files/held-selection.ts';
import { act } from '../../store/act.ts';
import type { AppContext } from '../../store/app-context.ts';
import { pageSources } from '../../store/page-sources.ts';
import { noteBegun, openDialog, type PendingSelection, viewStore } from '../../store/view-store.ts';
import { servePage } from './serve-page.ts';

/** Where a refusal to send shows: the dialog that chooses devices, and the tile. */
export const SEND = 'send';

/** A person is there: what clashes, and what a network may cost, is asked. */
const OPTIONS = { ...DEFAULT_COPY_OPTIONS, onConflict: 'ask', anyNetwork: false } as const;

function holdPage(selection: HeldSelection): PendingSelection {
  return { kind: 'page', id: pageSources.hold(selection), names: selection.items.map(({ name }) => name) };
}

/** What was picked in a dialog of the host; null when nobody can send it. */
export function pendingOfPicked(items: PickedItems): PendingSelection | null {
  if (items.kind === 'paths') return items.paths.length === 0 ? null : items;
  try {
    return holdPage(collectPicked(items.files));
  } catch {
    return null;
  }
}

/**
 * What was dropped or pasted, in either host. To be called in the handler of the event: later the browser does not
 * give it any more. Null when there is no file in it.
 */
export function pendingOfTransfer({ host }: AppContext, transfer: DataTransfer): PendingSelection | null {
  if (host.kind === 'desktop') {
    const paths = host.pathsOf([...transfer.files]).filter((path) => path !== '');
    return paths.length === 0 ? null : { kind: 'paths', paths };
  }
  try {
    return holdPage(collectDropped(transfer));
  } catch (error) {
    // A clipboard may have files without entries.
    if (transfer.files.length === 0) return null;
    if (toFailure(error).code !== 'usage') throw error;
    return pendingOfPicked({ kind: 'files', files: [...transfer.files] });
  }
}

async function sendPage(
  app: AppContext,
  id: number,
  to: readonly string[],
): Promise<readonly JobView[] | null> {
  const selection = pageSources.get(id);
  if (selection === null) return null;
  const input = { selection: selection.toPageSelection(), to, options: OPTIONS };
  const answer = await act(app.engine, SEND, 'page.send', input);
  if (answer === null) return null;
  servePage(
    selection,
    answer.ticket,
    answer.jobs.map(({ job }) => job),
  );
  pageSources.drop(id);
  return answer.jobs;
}

/** Sends a selection to devices (short ids); jobs of one order form a group. Null: refused, see {@link SEND}. */
export async function sendTo(
  app: AppContext,
  pending: PendingSelection,
  to: readonly string[],
): Promise<readonly JobView[] | null> {
  if (to.length === 0) return null;
  noteBegun();
  const jobs =
    pending.kind === 'paths'
      ? await act(app.engine, SEND, 'jobs.send', { paths: pending.paths, to, options: OPTIONS })
      : await sendPage(app, pending.id, to);
  if (jobs !== null) noteBegun();
  return jobs;
}

/** A job that waits for its page goes on with `pending`. Whether it was taken. */
export async function resumeWith(app: AppContext, job: string, pending: PendingSelection): Promise<boolean> {
  const selection = pending.kind === 'page' ? pageSources.get(pending.id) : null;
  if (selection === null || pending.kind !== 'page') return false;
  const answer = await act(app.engine, job, 'page.resume', { job, selection: selection.toPageSelection() });
  if (answer === null) return false;
  const { group } = answer.job;
  const jobs = Object.values(app.store.getState().jobs).filter((one) => one.group === group);
  servePage(selection, answer.ticket, [...new Set([job, ...jobs.map((one) => one.job)])]);
  pageSources.drop(pending.id);
  return true;
}

/** The job (to one device, or to any) that waits in vain for exactly these files, if there is one. */
export function lostJobFor(
  app: AppContext,
  pending: PendingSelection,
  to: PeerView | null = null,
): JobView | null {
  if (pending.kind !== 'page') return null;
  const names = new Set(pending.names);
  const jobs = Object.values(app.store.getState().jobs);
  return (
    jobs.find(
      (job) =>
        job.role === 'source' &&
        job.state === 'waiting' &&
        job.waitingFor === 'page' &&
        (to === null || job.peer?.id === to.id) &&
        job.names.length === Math.min(10, names.size) &&
        job.names.every((name) => names.has(name)),
    ) ?? null
  );
}

/** Asks to which devices a selection goes; what a closed tab has lost goes on by itself. */
export async function chooseDevicesFor(app: AppContext, pending: PendingSelection): Promise<void> {
  const lost = lostJobFor(app, pending);
  if (lost !== null && (await resumeWith(app, lost.job, pending))) return;
  dropPending();
  viewStore.setState({ pending });
  openDialog({ kind: 'choose-devices' });
}

/** Sends to one device; pairs first where that is needed, and sends once it is done. */
export async function sendToPeer(app: AppContext, pending: PendingSelection, shortId: string): Promise<void> {
  const peer = app.store.getState().peers[shortId];
  if (peer === undefined || peer.keyChanged) return;
  if (!peer.paired) {
    dropPending();
    viewStore.setState({ pending, pendingTarget: shortId });
    openDialog({ kind: 'pair', shortId });
    return;
  }
  const lost = lostJobFor(app, pending, peer);
  if (lost !== null && (await resumeWith(app, lost.job, pending))) return;
  const jobs = await sendTo(app, pending, [shortId]);
  if (jobs !== null) return;
  // Refused: nothing is lost, and the dialog says why.
  viewStore.setState({ pending });
  openDialog({ kind: 'choose-devices' });
}

/** Lets go of what was dropped and not sent. */
export function dropPending(): void {
  const { pending } = viewStore.getState();
  if (pending?.kind === 'page') pageSources.drop(pending.id);
  viewStore.setState({ pending: null, pendingTarget: null });
}

/** Lets a person pick files or a folder and send them: to `shortId`, or (null) to devices chosen then. */
export async function pickAndSend(
  app: AppContext,
  what: 'files' | 'folders',
  shortId: string | null,
): Promise<void> {
  const items = await app.host.pickFiles(what);
  const pending = items === null ? null : pendingOfPicked(items);
  if (pending === null) return;
  await (shortId === null ? chooseDevicesFor(app, pending) : sendToPeer(app, pending, shortId));
}
