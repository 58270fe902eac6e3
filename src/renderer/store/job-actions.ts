import type { FailureCode } from '../../shared/failure.ts';
import { ENDED_STATES, type JobDevice, type JobView } from '../../shared/job.ts';
import { ordererOf } from '../format/job-ends.ts';
import { topOf } from '../format/places.ts';
import type { PhraseKey } from '../i18n/catalogue.ts';
import { act } from './act.ts';
import type { AppContext } from './app-context.ts';
import { openBrowse } from './browse-store.ts';
import { neighbourFor, queueOf } from './job-list.ts';
import { removeJobs } from './remove-jobs.ts';
import { saveManifest } from './save-manifest.ts';
import { noteBegun, openDialog, viewStore } from './view-store.ts';

/** What can be done with a job. */
export type JobAction =
  | 'open'
  | 'pause'
  | 'resume'
  | 'answer'
  | 'again'
  | 'browse'
  | 'again-to'
  | 'ask-again'
  | 'check-why'
  | 'verify'
  | 'manifest'
  | 'review'
  | 'show'
  | 'show-folder'
  | 'download'
  | 'choose-files'
  | 'report'
  | 'up'
  | 'down'
  | 'cancel'
  | 'remove';

const LABELS: Readonly<Record<Exclude<JobAction, 'again'>, PhraseKey>> = {
  open: 'action.open',
  pause: 'action.pause',
  resume: 'action.resume',
  answer: 'action.answer',
  browse: 'action.browse',
  'again-to': 'action.againTo',
  'ask-again': 'action.askAgain',
  'check-why': 'common.checkWhy',
  verify: 'action.verify',
  manifest: 'action.manifest',
  review: 'action.review',
  show: 'action.show',
  'show-folder': 'action.showFolder',
  download: 'action.download',
  'choose-files': 'action.choose',
  report: 'command.report',
  up: 'action.up',
  down: 'action.down',
  cancel: 'action.cancel',
  remove: 'action.remove',
};

/** The verb of an action on this job. */
export function actionLabel(action: JobAction, job: JobView): PhraseKey {
  // Who ordered it may cancel it; here it is only stopped.
  if (action === 'cancel' && ordererOf(job) !== null) return 'action.stop';
  if (action === 'resume' && job.heldBy !== null) return 'action.copyNow';
  if (action !== 'again') return LABELS[action];
  if (job.between !== null) return job.state === 'done' ? 'action.receiveAgain' : 'action.retry';
  if (job.role !== 'source') return 'action.receiveAgain';
  return job.result?.failure?.code === 'declined' || job.state === 'done' ? 'action.again' : 'action.retry';
}

function whereAction(kind: 'desktop' | 'browser'): JobAction {
  return kind === 'desktop' ? 'show' : 'download';
}

/** Whether a copy between devices was ordered here, so that it can be ordered again. */
function isOwnOrder(job: JobView): boolean {
  return job.between !== null && ordererOf(job) === null;
}

/** The one thing that fits best now: the button on the row. Null: nothing does. */
export function primaryAction(job: JobView, kind: 'desktop' | 'browser'): JobAction | null {
  if (job.question !== null && job.role !== 'source' && !ENDED_STATES.has(job.state)) return 'answer';
  switch (job.state) {
    case 'preparing':
    case 'running':
      return 'pause';
    case 'finishing':
      return null;
    case 'waiting':
      if (job.waitingFor === 'paused') return 'resume';
      if (job.waitingFor === 'page') return kind === 'browser' ? 'choose-files' : null;
      if (job.waitingFor === 'space' && job.role === 'destination' && kind === 'desktop')
        return 'show-folder';
      return job.waitingFor === 'approval' ? 'cancel' : 'pause';
    case 'done':
      if (job.role === 'destination') return whereAction(kind);
      return job.between === null ? 'again' : 'browse';
    case 'partial':
      return 'review';
    case 'cancelled':
      if (job.between !== null) return isOwnOrder(job) ? 'again' : 'browse';
      return job.parts.length > 0 ? 'resume' : 'again';
    case 'failed':
      if (job.between !== null) return isOwnOrder(job) ? 'again' : 'browse';
      return job.result?.failure?.code === 'expired' ? 'ask-again' : 'again';
  }
}

/** Failures that a look at the network may explain. */
const REACH_FAILURES: ReadonlySet<FailureCode> = new Set([
  'unreachable',
  'peer-gone',
  'timeout',
  'not-ferry',
  'wrong-device',
]);

/** Whether the network is a likely reason: then it can be looked at. */
export function isUnreachable(job: JobView): boolean {
  if (job.state === 'waiting') return job.waitingFor === 'peer';
  const code = job.result?.failure?.code;
  return job.state === 'failed' && code !== undefined && REACH_FAILURES.has(code);
}

/** Whether what it wrote can be read back and compared with what came. */
export function canVerify({ state, verification }: JobView): boolean {
  return (state === 'done' || state === 'partial') && verification?.state !== 'running';
}

/** Whether there is a list of what it wrote here, with hashes; what it wrote elsewhere is known there. */
export function hasManifest({ state, into, result }: JobView): boolean {
  return (state === 'done' || state === 'partial') && into !== null && (result?.files ?? 0) > 0;
}

/** Whether somebody may want help with it; a no is an answer. */
export function hasGoneWrong({ state, result }: JobView): boolean {
  const code = result?.failure?.code;
  return state === 'partial' || (state === 'failed' && code !== 'declined' && code !== 'expired');
}

/** Everything the menu of a job offers, in its order. */
export function menuActions(job: JobView, context: Pick<AppContext, 'host' | 'store'>): readonly JobAction[] {
  const { kind } = context.host;
  const isEnded = ENDED_STATES.has(job.state);
  const actions = new Set<JobAction>(['open']);
  const primary = primaryAction(job, kind);
  if (primary !== null) actions.add(primary);
  if (isEnded) {
    if (job.state !== 'failed' && job.role === 'destination') actions.add(whereAction(kind));
    // Only who gave an order gives it again; its ends can be looked at everywhere.
    if (job.between !== null) {
      if (isOwnOrder(job)) actions.add('again');
      actions.add('browse');
    } else if (primary !== 'resume' && primary !== 'ask-again') actions.add('again');
    if (job.between === null && job.role === 'source' && job.sourceKind === 'disk') actions.add('again-to');
    if (canVerify(job)) actions.add('verify');
    if (hasManifest(job)) actions.add('manifest');
    if (isUnreachable(job)) actions.add('check-why');
    if (hasGoneWrong(job)) actions.add('report');
    actions.add('remove');
    return [...actions];
  }
  if (job.waitingFor !== 'paused' && job.state !== 'finishing') actions.add('pause');
  if (isUnreachable(job)) actions.add('check-why');
  const queue = job.queuePlace === null ? [] : queueOf(context.store.getState().jobs, job);
  if (neighbourFor(queue, job.job, 'up') !== undefined) actions.add('up');
  if (neighbourFor(queue, job.job, 'down') !== undefined) actions.add('down');
  actions.delete('cancel');
  actions.add('cancel');
  return [...actions];
}

/** Where to find what a job brought; null where this device does not know. Escaped names lead to their folder. */
export function placeOf(job: JobView): string | null {
  if (job.into === null) return null;
  const [first] = job.names;
  if (first === undefined || job.names.length !== 1 || first.includes('\\')) return job.into;
  return `${job.into.replace(/\/$/, '')}/${first}`;
}

/** Address under which a page gets what a finished job brought. */
export function downloadAddress(job: string): string {
  return `/download?job=${encodeURIComponent(job)}&item=0`;
}

/** The other device as the list of devices knows it; null where it does not. */
function shortIdOf({ store }: AppContext, job: JobView): string | null {
  const id = job.peer?.id ?? null;
  const peers = Object.values(store.getState().peers);
  return id === null ? null : (peers.find((peer) => peer.id === id)?.shortId ?? null);
}

function move(app: AppContext, job: JobView, direction: 'up' | 'down'): void {
  const before = neighbourFor(queueOf(app.store.getState().jobs, job), job.job, direction);
  if (before === undefined) return;
  noteBegun();
  void act(app.engine, job.job, 'jobs.reorder', { job: job.job, before });
}

/** Shows both ends of an order beside each other. */
function browseEnds({ between }: JobView): void {
  const placeOn = (device: JobDevice | null | undefined) =>
    device === null || device === undefined ? null : topOf(device.id);
  openBrowse({ left: placeOn(between?.source), right: placeOn(between?.destination) });
}

/** Orders an ended job once more; its new row shows at once, wherever the pointer is. */
async function orderAgain({ engine }: AppContext, { job }: JobView): Promise<void> {
  const made = await act(engine, job, 'jobs.again', { job, to: null, only: 'all' });
  if (made !== null) noteBegun();
}

/** Does it. What asks first opens its dialog; what fails shows on the job. */
export function runAction(app: AppContext, action: JobAction, job: JobView): void {
  const { engine, host } = app;
  const id = { job: job.job };
  switch (action) {
    case 'open':
    case 'review':
      viewStore.setState({ selectedJob: job.job, selectedPeer: null });
      return;
    case 'pause':
      void act(engine, job.job, 'jobs.pause', id);
      return;
    case 'resume':
      if (ENDED_STATES.has(job.state)) void orderAgain(app, job);
      else void act(engine, job.job, 'jobs.resume', id);
      return;
    case 'again':
    case 'ask-again':
      void orderAgain(app, job);
      return;
    case 'browse':
      return browseEnds(job);
    case 'again-to':
      openDialog({ kind: 'send-again', job: job.job });
      return;
    case 'verify':
      // What is found stands in its details.
      viewStore.setState({ selectedJob: job.job, selectedPeer: null });
      void act(engine, job.job, 'jobs.verify', id);
      return;
    case 'manifest':
      void saveManifest(engine, job);
      return;
    case 'check-why':
      openDialog({ kind: 'doctor', target: shortIdOf(app, job) });
      return;
    case 'report':
      openDialog({ kind: 'report', job: job.job });
      return;
    case 'answer':
      openDialog({ kind: 'answer-conflict', job: job.job });
      return;
    case 'cancel':
      openDialog({ kind: 'cancel-job', job: job.job });
      return;
    case 'show': {
      const place = placeOf(job);
      if (place !== null) host.showInFolder(place);
      return;
    }
    case 'show-folder':
      if (job.into !== null) host.showInFolder(job.into);
      return;
    case 'download':
      window.open(downloadAddress(job.job), '_self');
      return;
    case 'choose-files':
      viewStore.setState({ pageWanted: job.job });
      return;
    case 'up':
    case 'down':
      move(app, job, action);
      return;
    case 'remove':
      removeJobs(engine, [job.job]);
      return;
  }
}
