import type { CopyOptions } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import {
  ENDED_STATES,
  type JobProgress,
  type JobResult,
  type JobView,
  MAX_LISTED_JOBS,
  type Verification,
} from '../../shared/job.ts';
import type { Log } from '../engine-options.ts';
import type { JobChange, JobKey, JobRecord, StoredSpeeds } from '../state/records.ts';
import type { StateClient } from '../state/state-client.ts';
import { writeLastingly } from './lasting-write.ts';
import { highest, shownFraction, shownProgress } from './shown-progress.ts';
import { noSpeeds, SpeedRecord } from './speed-record.ts';

/** How often progress alone is written down; every change of state is written at once. */
const PROGRESS_WRITE_MS = 5_000;
/** And no later than this where the bar shows another percent: it stays there if the engine is killed. */
const PERCENT_WRITE_MS = 1_000;
/** Jobs that end between two looks at how many are remembered. */
const PRUNE_EVERY = 200;
/** Changes that are told and need not be on disk at once, or ever. */
const FLEETING: ReadonlySet<string> = new Set([
  'progress',
  'fraction',
  'question',
  'queuePlace',
  'waitingDetail',
]);

/** A job that has not ended, as this engine drives or mirrors it. */
export interface LiveJob {
  readonly key: JobKey;
  view: JobView;
  /** As it was last told by whoever copies; what is shown of it never goes back. */
  reported: JobProgress;
  options: CopyOptions;
  readonly speeds: SpeedRecord;
  writtenMs: number;
  /** How far it is as it is written down. */
  written: Pick<JobView, 'progress' | 'fraction'>;
  /** What is to be written once the write under way is done; null: nothing is under way. */
  unwritten: JobChange[] | null;
  /** Resolves with the last view. */
  readonly ended: Promise<JobView>;
  readonly resolveEnded: (view: JobView) => void;
}

/** The jobs of this engine: the live ones in memory, all of them in the database, every change told. */
export class JobBook {
  readonly #state: StateClient;
  readonly #log: Log;
  readonly #onChange: (view: JobView) => void;
  readonly #live = new Map<JobId, LiveJob>();
  /** Jobs that are over, until that is written down. */
  readonly #ending = new Map<JobId, LiveJob>();
  readonly #creating = new Set<JobId>();
  readonly #writes = new Set<Promise<unknown>>();
  #endedCount = 0;

  constructor(state: StateClient, log: Log, onChange: (view: JobView) => void) {
    this.#state = state;
    this.#log = log;
    this.#onChange = onChange;
  }

  /**
   * Takes a new job: it is stored before this resolves.
   * @throws Failure `state-unusable`; `peer-misbehaved` when another job has its id, which only a peer can bring about.
   */
  async create(record: JobRecord): Promise<LiveJob> {
    if (this.#shown(record.job) !== undefined || this.#creating.has(record.job)) {
      throw new Failure('peer-misbehaved', { reason: 'job id in use' });
    }
    this.#creating.add(record.job);
    try {
      await this.#state.jobs.put(record);
    } finally {
      this.#creating.delete(record.job);
    }
    return this.adopt(record);
  }

  /** Takes a job that is stored. @throws Failure `peer-misbehaved` as `create`. */
  adopt({ orderer, job, view, options }: Pick<JobRecord, 'orderer' | 'job' | 'view' | 'options'>): LiveJob {
    if (this.#live.has(job)) throw new Failure('peer-misbehaved', { reason: 'job id in use' });
    const { promise, resolve } = Promise.withResolvers<JobView>();
    const live: LiveJob = {
      key: { orderer, job },
      view,
      reported: view.progress,
      options,
      speeds: new SpeedRecord(),
      writtenMs: Date.now(),
      written: view,
      unwritten: null,
      ended: promise,
      resolveEnded: resolve,
    };
    this.#live.set(job, live);
    this.#onChange(live.view);
    return live;
  }

  get(job: JobId): LiveJob | null {
    return this.#live.get(job) ?? null;
  }

  /** Whether a job is over and that is not written down yet: nobody may be told, or be believed to know. */
  isEnding(job: JobId): boolean {
    return this.#ending.has(job);
  }

  /** A job that is to be shown as it is in memory. */
  #shown(job: JobId): LiveJob | undefined {
    return this.#live.get(job) ?? this.#ending.get(job);
  }

  listLive(): readonly LiveJob[] {
    return [...this.#live.values()];
  }

  /** Changes a live job, tells it, and writes it down; progress alone only now and then. Minds `sinceMs` itself. */
  update(live: LiveJob, change: Omit<JobChange, 'updatedMs' | 'sinceMs' | 'result'>): void {
    if (ENDED_STATES.has(live.view.state)) return;
    const nowMs = Date.now();
    const { roles, options, resume, ...shown } = change;
    const sinceMs = sinceOf(live.view, shown, nowMs);
    live.options = options ?? live.options;
    live.reported = change.progress ?? live.reported;
    live.view = nextView(live, { ...shown, sinceMs, updatedMs: nowMs });
    live.speeds.note({ state: live.view.state, progress: live.reported }, nowMs);
    this.#onChange(live.view);
    const isFleeting = Object.keys(change).every((field) => FLEETING.has(field));
    if (isFleeting && !isDue(live, nowMs)) return;
    live.writtenMs = nowMs;
    live.written = live.view;
    const { progress, fraction, waitingDetail, heldBy } = live.view;
    this.#write(live, { ...change, progress, fraction, waitingDetail, heldBy, sinceMs, updatedMs: nowMs });
  }

  /** What is on disk of a job, for people to see. */
  showParts(live: LiveJob, parts: readonly string[]): void {
    live.view = { ...live.view, parts };
    this.#onChange(live.view);
  }

  /** How far reading it back is. */
  showVerification(live: LiveJob, verification: Verification): void {
    const progress = { ...live.view.progress, phase: 'verifying' as const };
    live.view = nextView(live, { verification, progress });
    this.#onChange(live.view);
  }

  /**
   * Ends a job: written down before it is told, so that "done" survives a crash.
   * @param onWaiting hears when there is no room to write it, and the job waits for that.
   */
  async end(live: LiveJob, result: JobResult, onWaiting: () => void = () => undefined): Promise<JobView> {
    const { job } = live.key;
    if (!this.#live.delete(job)) return live.view;
    this.#ending.set(job, live);
    const progress = lastProgress(live.reported, result);
    const nowMs = Date.now();
    const { cancelledBy, fraction, verification } = live.view;
    const last = { state: result.state, progress, verification };
    const change = {
      state: result.state,
      waitingFor: null,
      waitingDetail: null,
      sinceMs: nowMs,
      pausedBy: null,
      heldBy: null,
      cancelledBy: result.state === 'cancelled' ? cancelledBy : null,
      question: null,
      queuePlace: null,
      result,
      updatedMs: nowMs,
      progress,
      fraction: shownFraction(fraction, last, isRead(live)),
    } satisfies JobChange;
    live.speeds.note({ state: result.state, progress: live.reported }, nowMs);
    const speeds = live.speeds.series(nowMs);
    try {
      // Asked for in one turn, so written in one transaction.
      const write = () =>
        Promise.all([
          this.#state.jobs.update(live.key, change),
          speeds === null ? null : this.#state.speeds.put(live.key, speeds),
        ]);
      await writeLastingly(write, this.#log, (failure) => {
        this.#showUnwritten(live, failure);
        onWaiting();
      });
    } catch (error) {
      this.#log('error', 'job-end-not-written', { failure: toFailure(error).toData() });
    }
    this.#ending.delete(job);
    live.view = { ...live.view, ...change };
    this.#onChange(live.view);
    this.#endedCount += 1;
    if (this.#endedCount % PRUNE_EVERY === 0) void this.#prune();
    live.resolveEnded(live.view);
    return live.view;
  }

  /** All is there, but not that it is: the disk of the home takes nothing more for now. */
  #showUnwritten(live: LiveJob, failure: Failure): void {
    const waitingFor = failure.code === 'home-full' ? ('space' as const) : ('disk' as const);
    const waitingDetail = { why: failure.toData(), neededBytes: null, freeBytes: null };
    const nowMs = Date.now();
    const waiting = { state: 'waiting', waitingFor, waitingDetail, pausedBy: null } as const;
    live.view = nextView(live, { ...waiting, sinceMs: nowMs, updatedMs: nowMs });
    this.#onChange(live.view);
  }

  /** An engine may run for months: what is remembered stays bounded meanwhile. */
  async #prune(): Promise<void> {
    try {
      await Promise.all([this.#state.history.prune(Date.now()), this.#state.receipts.prune()]);
    } catch (error) {
      this.#log('error', 'history-not-pruned', { failure: toFailure(error).toData() });
    }
  }

  /** @throws Failure `unknown-job`, `ambiguous`. */
  async find(prefix: string): Promise<JobView> {
    const inMemory = [...this.#live.values(), ...this.#ending.values()];
    const hits = inMemory.filter(({ key }) => key.job.startsWith(prefix));
    const [only] = hits;
    if (hits.length === 1 && only !== undefined && prefix.length > 0) return only.view;
    const record = await this.#state.jobs.findByPrefix(prefix);
    return this.#shown(record.job)?.view ?? record.view;
  }

  /** How fast a job is or was. @throws Failure `unknown-job`, `ambiguous`. */
  async speeds(prefix: string): Promise<StoredSpeeds> {
    const { job, createdMs } = await this.find(prefix);
    const live = this.#shown(job);
    if (live !== undefined) return live.speeds.series(Date.now()) ?? noSpeeds(createdMs);
    return (await this.#state.speeds.get(await this.#state.jobs.keyOf(job))) ?? noSpeeds(createdMs);
  }

  /** A job that has not ended, by prefix. @throws Failure `unknown-job`, also when it has ended. */
  async findLive(prefix: string): Promise<LiveJob> {
    const { job } = await this.find(prefix);
    const live = this.#live.get(job);
    if (live === undefined) throw new Failure('unknown-job', { subject: prefix, reason: 'has ended' });
    return live;
  }

  /** The last view of a job, once it has ended. A job no engine drives any more is returned as it is. */
  async wait(prefix: string, signal: AbortSignal): Promise<JobView> {
    const view = await this.find(prefix);
    const live = this.#shown(view.job);
    if (live === undefined) return view;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Failure('cancelled')), { once: true });
    });
    return await Promise.race([live.ended, aborted]);
  }

  /** Newest first. */
  async list(): Promise<readonly JobView[]> {
    const records = await this.#state.jobs.list(MAX_LISTED_JOBS);
    return records.map((record) => this.#shown(record.job)?.view ?? record.view);
  }

  /** One write per job at a time: what comes meanwhile is joined, so a peer that tells too much costs nothing. */
  #write(live: LiveJob, change: JobChange): void {
    if (live.unwritten !== null) {
      live.unwritten = [{ ...live.unwritten[0], ...change }];
      return;
    }
    live.unwritten = [];
    const settled = this.#writeAll(live, change).finally(() => this.#writes.delete(settled));
    this.#writes.add(settled);
  }

  async #writeAll(live: LiveJob, first: JobChange): Promise<void> {
    for (let next: JobChange | undefined = first; next !== undefined; next = live.unwritten?.shift()) {
      // The end is written by itself, and nothing may be written over it.
      if (!this.#live.has(live.key.job)) break;
      try {
        await this.#state.jobs.update(live.key, next);
      } catch (error) {
        this.#log('error', 'job-not-written', { failure: toFailure(error).toData() });
      }
    }
    live.unwritten = null;
  }

  /** Resolves when everything told so far is written, how far each job is included. */
  async flush(): Promise<void> {
    for (const live of this.#live.values()) {
      const { progress, fraction, updatedMs } = live.view;
      if (progress === live.written.progress && fraction === live.written.fraction) continue;
      live.written = live.view;
      this.#write(live, { progress, fraction, updatedMs });
    }
    await Promise.all(this.#writes);
  }
}

/** Since when a job is as it is: unchanged as long as neither its state nor what it waits for changes. */
function sinceOf(
  view: JobView,
  change: Partial<Pick<JobView, 'state' | 'waitingFor'>>,
  nowMs: number,
): number {
  const { state = view.state, waitingFor = view.waitingFor } = change;
  return state === view.state && waitingFor === view.waitingFor ? view.sinceMs : nowMs;
}

/**
 * How a job looks after a change. Its destination decides how far it is; the others show what it tells, and none of
 * them goes back.
 */
function nextView(live: LiveJob, change: Partial<JobView>): JobView {
  const { view } = live;
  const isOurs = view.into !== null;
  const progress =
    isOurs && change.progress !== undefined
      ? shownProgress(view.progress, change.progress)
      : (change.progress ?? view.progress);
  const next = withoutStaleDetail({ ...view, ...change, progress });
  const told = change.fraction ?? null;
  const fraction = isOurs ? shownFraction(view.fraction, next, isRead(live)) : highest(view.fraction, told);
  return { ...next, fraction };
}

/** Whether what came is read back before the job is done. */
function isRead({ options }: LiveJob): boolean {
  return options.verify && !options.dryRun;
}

/** Whether how far a job is shall be written down. */
function isDue({ view: { fraction }, written, writtenMs }: LiveJob, nowMs: number): boolean {
  const sinceMs = nowMs - writtenMs;
  const isOtherPercent = Math.floor((fraction ?? 0) * 100) !== Math.floor((written.fraction ?? 0) * 100);
  return sinceMs >= PROGRESS_WRITE_MS || (isOtherPercent && sinceMs >= PERCENT_WRITE_MS);
}

/** Only a job that waits for its destination has something to say about it, and only one that is paused is held. */
function withoutStaleDetail(view: JobView): JobView {
  const { state, waitingFor, waitingDetail, heldBy, pausedBy } = view;
  const isStuck = state === 'waiting' && (waitingFor === 'space' || waitingFor === 'disk');
  const isPaused = state === 'waiting' && waitingFor === 'paused' && pausedBy === 'here';
  return { ...view, waitingDetail: isStuck ? waitingDetail : null, heldBy: isPaused ? heldBy : null };
}

/** Progress of an ended job. A mirror may have missed the last reports, so the result's totals count. */
function lastProgress(progress: JobProgress, result: JobResult): JobProgress {
  const atRest = { ...progress, bytesPerSecond: 0, secondsLeft: null };
  const isThere = result.state === 'done' || result.state === 'partial';
  if (!isThere) return atRest;
  const { files, bytes } = result;
  const counted = { totalFiles: files, totalBytes: bytes, complete: true };
  return result.state === 'done' ? { ...atRest, ...counted, files, bytes } : { ...atRest, ...counted };
}
