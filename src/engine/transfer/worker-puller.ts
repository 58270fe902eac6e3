import { join } from 'node:path';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { CancelKeep, JobResult } from '../../shared/job.ts';
import { refineNoSpace } from '../disk/destination.ts';
import { partPrefix } from '../disk/part-names.ts';
import { SpaceLedger } from '../disk/space-ledger.ts';
import type { Identity } from '../identity/identity.ts';
import type { DataAddress, DataSocket } from './data-socket.ts';
import { type DiskTrouble, isDiskTrouble } from './disk-trouble.ts';
import { EntryList } from './entry-list.ts';
import { listName } from './entry-rows.ts';
import { failedResult } from './failed-result.ts';
import type { ClashAnswer } from './held-clashes.ts';
import type { IndexDoor } from './index-door.ts';
import { WorkerTelling } from './pull-index.ts';
import type { PullOrder, PullReport, StopReason } from './pull-order.ts';
import { PullSession } from './pull-session.ts';
import { SharedPace } from './shared-pace.ts';
import { WorkerMeasures } from './worker-measures.ts';
import type { FromDataWorker } from './worker-messages.ts';
import { WorkerPreviews } from './worker-previews.ts';

interface PullerMeans {
  /** Folder of the lists of jobs' entries; null keeps none. */
  readonly lists?: string | null;
  readonly ledger?: SpaceLedger;
  readonly pace?: SharedPace;
  /** Where the index of known files is; null: nothing is known. */
  readonly door?: IndexDoor | null;
}

/** The pulls a data worker runs. The owner calls `close`. */
export class WorkerPuller {
  readonly #identity: Identity;
  readonly #post: (message: FromDataWorker) => void;
  /** Folder of the lists of jobs' entries; null keeps none. */
  readonly #lists: string | null;
  readonly #ledger: SpaceLedger;
  readonly #pace: SharedPace;
  readonly #sessions = new Map<JobId, { session: PullSession; sourceId: DeviceId }>();
  readonly #openLists = new Map<JobId, EntryList>();
  /** Jobs whose next run is on its way here, with what is to be done with it then. */
  readonly #between = new Map<JobId, ((session: PullSession) => void) | null>();
  #onIdle: (() => void) | null = null;
  /** Offers that are looked at. */
  readonly previews: WorkerPreviews;
  /** Network tests made from here. */
  readonly measures: WorkerMeasures;
  /** Part names of running pulls, for walks in this worker. */
  readonly livePrefixes = new Set<string>();
  readonly #telling: WorkerTelling | null;

  /** What it may do without is absent in tests: lists of entries, and an index of known files. */
  constructor(
    identity: Identity,
    post: (message: FromDataWorker) => void,
    { lists = null, ledger = new SpaceLedger(), pace = new SharedPace(), door = null }: PullerMeans = {},
  ) {
    this.#lists = lists;
    this.#telling = door === null ? null : new WorkerTelling(door);
    this.#identity = identity;
    this.#ledger = ledger;
    this.#pace = pace;
    this.#post = post;
    this.previews = new WorkerPreviews(identity, post);
    this.measures = new WorkerMeasures(identity, post);
  }

  start(order: PullOrder): void {
    const { job } = order;
    if (this.#sessions.has(job)) return;
    this.previews.stop(job);
    const post = this.#post;
    const report: PullReport = {
      state: (state, waitingFor) => post({ kind: 'pull-state', job, state, waitingFor }),
      progress: (progress) => post({ kind: 'pull-progress', job, progress }),
      question: (question) => post({ kind: 'pull-question', job, question }),
      parts: (paths, isAll) => post({ kind: 'pull-parts', job, paths, isAll }),
      unreachable: (failure) => post({ kind: 'pull-unreachable', job, failure }),
      learned: (streams, bytesPerSecond) => post({ kind: 'pull-learned', job, streams, bytesPerSecond }),
      ended: (result) => this.#ended(job, result),
      claimed: (claims) => post({ kind: 'pull-claimed', job, claims }),
      unclaimed: (path) => post({ kind: 'pull-unclaimed', job, path }),
      receipts: (receipts) => post({ kind: 'pull-receipts', job, receipts }),
      suspended: (again, trouble) => this.#suspended(job, again, trouble),
    };
    try {
      const index = this.#telling?.forPeer(order.sourceId) ?? null;
      const means = { ledger: this.#ledger, pace: this.#pace, list: this.#listFor(order), index };
      const session = new PullSession(order, this.#identity, report, means);
      this.#sessions.set(job, { session, sourceId: order.sourceId });
      this.livePrefixes.add(partPrefix(job));
      session.start();
      this.#between.get(job)?.(session);
    } catch (error) {
      this.#notBegun(order, refineNoSpace(toFailure(error), order.into));
    }
  }

  #listFor({ job, dryRun }: PullOrder): EntryList | null {
    if (this.#lists === null || dryRun) return null;
    const list = new EntryList(join(this.#lists, listName(job, 'destination')));
    this.#openLists.set(job, list);
    return list;
  }

  /** The destination could not be opened. */
  #notBegun({ job, resume, dryRun }: PullOrder, failure: Failure): void {
    const waits = !dryRun && isDiskTrouble(failure, resume !== null);
    if (!waits) this.#ended(job, failedResult(failure));
    else
      this.#suspended(job, true, {
        why: failure.toData(),
        neededBytes: 0,
        neededNames: 0,
        isDistrusted: false,
      });
  }

  #ended(job: JobId, result: JobResult): void {
    this.#forget(job);
    this.#post({ kind: 'pull-ended', job, result });
    if (this.#sessions.size === 0) this.#onIdle?.();
  }

  #suspended(job: JobId, again: boolean, trouble: DiskTrouble | null): void {
    this.#forget(job);
    // What is in the way of the disk may last: the engine steers a job that waits for it.
    if (again && trouble === null) this.#between.set(job, null);
    this.#post({ kind: 'pull-suspended', job, again, trouble });
    if (this.#sessions.size === 0) this.#onIdle?.();
  }

  #forget(job: JobId): void {
    this.#sessions.delete(job);
    this.#between.delete(job);
    this.#openLists.get(job)?.close();
    this.#openLists.delete(job);
    this.livePrefixes.delete(partPrefix(job));
  }

  stop(job: JobId, reason: StopReason, keep: CancelKeep): void {
    const running = this.#sessions.get(job);
    if (running !== undefined) running.session.stop(reason, keep);
    else if (this.#between.has(job)) this.#between.set(job, (session) => session.stop(reason, keep));
  }

  pause(job: JobId, isPaused: boolean): void {
    this.#sessions.get(job)?.session.shut('isPaused', isPaused);
  }

  /** Whether it is a pull's turn. */
  hold(job: JobId, isHeld: boolean): void {
    this.#sessions.get(job)?.session.shut('isHeld', isHeld);
  }

  answer(job: JobId, answer: ClashAnswer): void {
    this.#sessions.get(job)?.session.answer(answer);
  }

  /** Where else the source of a job may be reached. */
  readdress(job: JobId, addresses: readonly DataAddress[]): void {
    this.#sessions.get(job)?.session.readdress(addresses);
  }

  /** A connection that the source of a job dialled. @throws Failure `no-right` when nobody waits for it. */
  adopt(route: string, peerId: DeviceId, socket: DataSocket): void {
    for (const [job, { session, sourceId }] of this.#sessions) {
      if (sourceId !== peerId || !job.startsWith(route)) continue;
      session.addSocket(socket);
      return;
    }
    if (!this.previews.adopt(route, peerId, socket) && !this.measures.adopt(route, peerId, socket))
      throw new Failure('no-right', { reason: 'no such pull' });
  }

  /** Suspends all pulls; resolves when each has let go of its files and that has been told. */
  async close(): Promise<void> {
    this.previews.close();
    this.measures.close();
    for (const { session } of [...this.#sessions.values()]) void session.suspend(false);
    if (this.#sessions.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await this.#telling?.close();
  }
}
