import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import { ENDED_STATES, type JobResult, type JobView, type Verification } from '../../shared/job.ts';
import type { Link } from '../link/link.ts';
import type { JobRecord } from '../state/records.ts';
import type { WorkerReport } from '../transfer/worker-pool.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import { inBackground } from './in-background.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';
import { fromVerificationMessage, toVerificationMessage } from './verification-message.ts';
import { afterVerification } from './verified-result.ts';

/** A destination that reads back says how far it is at least this often; otherwise it is taken for gone. */
const SILENCE_MS = 30_000;

/** What is read back here now, and who wants to know. */
interface Running {
  verification: Verification;
  readonly listeners: Set<(verification: Verification) => void>;
  readonly ended: Promise<Verification>;
  readonly resolve: (verification: Verification) => void;
}

/** What a peer reads back for us. */
interface Asked {
  readonly peer: DeviceId;
  readonly told: (verification: Verification) => void;
}

/** Reading back what jobs have written: here, or at the destination of a job of ours. */
export class VerifyingJobs {
  readonly #parts: JobParts;
  readonly #running = new Map<JobId, Running>();
  readonly #asked = new Map<JobId, Asked>();

  constructor(parts: JobParts) {
    this.#parts = parts;
  }

  /**
   * Verifies an ended job, wherever it was written. Resolves when that has ended, with what was found in the view.
   * @throws Failure `unknown-job`, `ambiguous`, `usage`, `unreachable`, `peer-gone`, `timeout`, `cancelled`.
   */
  async verify(prefix: string, signal: AbortSignal): Promise<JobView> {
    const record = await this.#parts.state.jobs.findByPrefix(prefix);
    if (!ENDED_STATES.has(record.view.state)) {
      throw new Failure('usage', { subject: record.job, reason: 'has not ended' });
    }
    const show = (verification: Verification) => this.#show(record, verification);
    const verification =
      record.view.into === null
        ? await this.#askPeer(record, show, signal)
        : await this.#here(record, show, signal);
    const key = { orderer: record.orderer, job: record.job };
    const nowMs = record.view.updatedMs;
    const stored = await this.#parts.state.jobs.update(key, { verification, updatedMs: nowMs });
    this.#show(stored, verification);
    return { ...stored.view, verification };
  }

  #show({ view }: Pick<JobRecord, 'view'>, verification: Verification): void {
    this.#parts.emit({ kind: 'job-changed', job: { ...view, verification } });
  }

  /**
   * What comes of a job that was ordered with `verify`: read back before anybody hears that it is done. Null when
   * the engine ends meanwhile: the job goes on another time.
   */
  async prove(live: LiveJob, result: JobResult, onShown: () => void): Promise<JobResult | null> {
    const { state, book } = this.#parts;
    const isThere = result.state === 'done' || result.state === 'partial';
    const record = await state.jobs.get(live.key);
    if (!isThere || record === null) return result;
    const show = (verification: Verification) => {
      book.showVerification(live, verification);
      onShown();
    };
    const verification = await this.#here(
      { ...record, view: { ...record.view, result } },
      show,
      this.#parts.signal,
    );
    if (verification.failure?.code === 'interrupted') return null;
    book.update(live, { verification });
    return afterVerification(result, verification);
  }

  /** Reads back what a job wrote here; one that is being read already is joined. */
  async #here(
    record: JobRecord,
    tell: (verification: Verification) => void,
    signal: AbortSignal,
  ): Promise<Verification> {
    const { job } = record;
    const known = this.#running.get(job);
    if (known !== undefined) {
      known.listeners.add(tell);
      return await known.ended;
    }
    const { promise, resolve } = Promise.withResolvers<Verification>();
    const running = { verification: begun(), listeners: new Set([tell]), ended: promise, resolve };
    this.#running.set(job, running);
    const onAbort = () => this.cancel(job);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const receipts = await this.#parts.state.receipts.list(record);
      const into = Buffer.from(record.view.into ?? '');
      tell(running.verification);
      this.#parts.pool.post(job, { kind: 'verify', order: { job, into, receipts } });
      const verification = await promise;
      const unproven = Math.max(0, (record.view.result?.files ?? 0) - verification.totalFiles);
      return { ...verification, unproven };
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#running.delete(job);
    }
  }

  /** Ends reading back what a job wrote; nothing where nobody does. */
  cancel(job: JobId): void {
    if (this.#running.has(job)) this.#parts.pool.post(job, { kind: 'stop-verify', job });
  }

  /** What a data worker tells about it; true when it was that. */
  report(report: WorkerReport): boolean {
    if (report.kind !== 'verify-counted' && report.kind !== 'verify-ended') return false;
    const running = this.#running.get(report.job);
    if (running === undefined) return true;
    if (report.kind === 'verify-counted') {
      running.verification = { ...running.verification, ...report.counts };
      for (const tell of running.listeners) tell(running.verification);
    } else {
      const { failure } = report;
      const state = failure === null ? 'done' : 'failed';
      running.resolve({ ...running.verification, state, failure, endedMs: Date.now() });
    }
    return true;
  }

  /** The data worker that read them back has died. */
  lost(jobs: readonly JobId[]): void {
    for (const job of jobs) {
      const failure = new Failure('internal').toData();
      const running = this.#running.get(job);
      running?.resolve({ ...running.verification, state: 'failed', failure, endedMs: Date.now() });
    }
  }

  async #askPeer(
    record: JobRecord,
    tell: (verification: Verification) => void,
    signal: AbortSignal,
  ): Promise<Verification> {
    const { links, addressesOf } = this.#parts;
    const { job, view } = record;
    // An order between others was written by its destination, whoever is shown as the peer.
    const writer = view.between?.destination ?? view.peer;
    if (writer === null) throw new Failure('usage', { subject: job, reason: 'nobody has taken it' });
    if (this.#asked.has(job)) throw new Failure('usage', { subject: job, reason: 'is being verified' });
    const peer = writer.id;
    const ended = Promise.withResolvers<Verification>();
    ended.promise.catch(() => undefined);
    const fail = (failure: Failure) => ended.reject(failure);
    let silence = setTimeout(() => fail(new Failure('timeout')), SILENCE_MS);
    const told = (verification: Verification) => {
      silence = silence.refresh();
      if (verification.state === 'running') tell(verification);
      else if (verification.failure?.code === 'unknown-job') fail(Failure.fromData(verification.failure));
      else ended.resolve(verification);
    };
    this.#asked.set(job, { peer, told });
    const onAbort = () => fail(new Failure('cancelled'));
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const link = await links.open(peer, addressesOf(peer), signal);
      link.send({ kind: 'job-verify', job });
      void link.closed.then(() => fail(new Failure('peer-gone', { subject: writer.name })));
      return await ended.promise;
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', onAbort);
      this.#asked.delete(job);
    }
  }

  /** Takes a message if it is about this. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind === 'job-verify') {
      inBackground(this.#answer(link, message.job), this.#parts.log);
      return true;
    }
    if (message.kind !== 'job-verification') return false;
    const asked = this.#asked.get(message.job);
    if (asked?.peer === link.peerId) asked.told(fromVerificationMessage(message.verification));
    return true;
  }

  /** A job that was written here, if the asking device has a part in it. */
  async #recordFor(peer: DeviceId, job: JobId): Promise<JobRecord | null> {
    const { jobs } = this.#parts.state;
    const ordered = await jobs.get({ orderer: peer, job });
    if (ordered !== null) return ordered;
    const record = await jobs.findByPrefix(job);
    return record.view.peer?.id === peer ? record : null;
  }

  /** The source or the orderer of a job asks what became of it here. */
  async #answer(link: Link, job: JobId): Promise<void> {
    const say = (verification: Verification) => {
      link.tell({ kind: 'job-verification', job, verification: toVerificationMessage(verification) });
    };
    try {
      const record = await this.#recordFor(link.peerId, job);
      if (record === null || record.view.into === null || !ENDED_STATES.has(record.view.state)) {
        throw new Failure('unknown-job', { subject: job });
      }
      const show = (verification: Verification) => {
        this.#show(record, verification);
        say(verification);
      };
      const verification = await this.#here(record, show, this.#parts.signal);
      const key = { orderer: record.orderer, job };
      await this.#parts.state.jobs.update(key, { verification, updatedMs: record.view.updatedMs });
      this.#show(record, verification);
      say(verification);
    } catch (error) {
      say({ ...begun(), state: 'failed', failure: toFailure(error).toData(), endedMs: Date.now() });
    }
  }
}

function begun(): Verification {
  return {
    state: 'running',
    ...{ files: 0, bytes: 0, totalFiles: 0, totalBytes: 0, unproven: 0, damaged: 0, problemCount: 0 },
    problems: [],
    failure: null,
    startedMs: Date.now(),
    endedMs: null,
  };
}
