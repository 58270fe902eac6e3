import { createHash, randomBytes } from 'node:crypto';
import { Failure, type FailureData, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import { type NetworkTestStep, type NetworkTestView, TESTED_STREAMS } from '../../shared/network-test.ts';
import type { Link } from '../link/link.ts';
import type { PeerRecord } from '../state/records.ts';
import { MEASURE_TICK_MS } from '../transfer/measure-session.ts';
import { saturationOf } from '../transfer/stream-sweep.ts';
import type { WorkerReport } from '../transfer/worker-pool.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import { MAX_MEASURE_SECONDS } from '../wire/measure-messages.ts';
import type { JobParts } from './job-parts.ts';
import { addressesOf } from './source-addresses.ts';
import { SpeedBuckets } from './speed-buckets.ts';

/** Time of a step beside measuring: its connections are dialled and come up to speed. */
const STEP_EXTRA_SECONDS = 6;
/** Of the picture over time: a long test shows coarser. */
const SERIES_POINTS = 600;
/** Before a source that says nothing is given up. */
const ANSWER_MS = 15_000;

type TestParts = Pick<JobParts, 'pool' | 'links' | 'peers' | 'addressesOf' | 'emit' | 'ways' | 'signal'>;

interface Running {
  view: NetworkTestView;
  readonly job: JobId;
  readonly secret: Buffer;
  readonly secondsPerStep: number;
  readonly speeds: SpeedBuckets;
  /** Where the source was dialled; empty before it is ready. */
  host: string;
  lastMs: number;
  timer: NodeJS.Timeout | null;
}

/** Network tests made from here: one at a time, the latest of each peer is shown. */
export class NetworkTests {
  readonly #parts: TestParts;
  readonly #views = new Map<DeviceId, NetworkTestView>();
  #running: Running | null = null;

  constructor(parts: TestParts) {
    this.#parts = parts;
  }

  list(): readonly NetworkTestView[] {
    return [...this.#views.values()];
  }

  /** Begins to measure the way to a peer. @throws Failure `usage` while another one runs, `unreachable` and others. */
  async start(peer: PeerRecord, secondsPerStep: number, signal: AbortSignal): Promise<NetworkTestView> {
    if (this.#running !== null) throw new Failure('usage', { reason: 'another network test is running' });
    const { id, name } = peer;
    const job = randomBytes(16).toString('hex') as JobId;
    const nowMs = Date.now();
    const speeds = new SpeedBuckets(nowMs, MEASURE_TICK_MS, SERIES_POINTS, 'double');
    const view: NetworkTestView = {
      test: job,
      peer: { id, name },
      state: 'running',
      steps: TESTED_STREAMS.map((streams) => ({ streams, bytesPerSecond: null })),
      series: speeds.series(),
      best: null,
      bytesPerSecond: null,
      failure: null,
    };
    const secret = randomBytes(32);
    const running: Running = {
      view,
      job,
      secret,
      secondsPerStep,
      speeds,
      host: '',
      lastMs: nowMs,
      timer: null,
    };
    this.#running = running;
    try {
      const link = await this.#parts.links.open(id, this.#parts.addressesOf(id), signal);
      this.#ask(running, link);
    } catch (error) {
      this.#running = null;
      throw toFailure(error, name, 'unreachable');
    }
    this.#show(running, {});
    return running.view;
  }

  #ask(running: Running, link: Link): void {
    const { job, secret, secondsPerStep } = running;
    const secretHash = createHash('sha256').update(secret).digest();
    const seconds = Math.min(
      MAX_MEASURE_SECONDS,
      (secondsPerStep + STEP_EXTRA_SECONDS) * TESTED_STREAMS.length,
    );
    link.send({ kind: 'measure', job, secretHash, seconds });
    running.timer = setTimeout(() => this.#end(running, [], new Failure('timeout').toData()), ANSWER_MS);
  }

  #show(running: Running, change: Partial<NetworkTestView>): void {
    running.view = { ...running.view, ...change, series: running.speeds.series() };
    this.#views.set(running.view.peer.id, running.view);
    this.#parts.emit({ kind: 'network-test-changed', networkTest: running.view });
  }

  /** Ends a test. @throws Failure `unknown-job`. */
  stop(test: string): NetworkTestView {
    const running = this.#running;
    if (running?.job === test) {
      this.#parts.pool.post(running.job, { kind: 'stop-measure', job: running.job });
      this.#end(running, running.view.steps, new Failure('cancelled').toData());
      return running.view;
    }
    const ended = this.list().find((view) => view.test === test);
    if (ended === undefined) throw new Failure('unknown-job', { subject: test });
    return ended;
  }

  /** Takes a message about a test of ours; true when it was one. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind !== 'measure-ready' && message.kind !== 'measure-refused') return false;
    const running = this.#running;
    if (running === null || running.job !== message.job || running.view.peer.id !== link.peerId) return true;
    if (running.host !== '') return true;
    if (running.timer !== null) clearTimeout(running.timer);
    if (message.kind === 'measure-refused') {
      const failure = new Failure(message.code, { subject: running.view.peer.name, reason: 'refused' });
      this.#end(running, [], failure.toData());
      return true;
    }
    running.host = link.remoteHost;
    running.lastMs = Date.now();
    const { job, secret, secondsPerStep } = running;
    const addresses = addressesOf(link, message.dataPort);
    this.#parts.pool.post(job, {
      kind: 'measure',
      order: { job, secret, sourceId: link.peerId, addresses, secondsPerStep },
    });
    return true;
  }

  /** What a data worker tells; true when it is about a test. */
  report(report: WorkerReport): boolean {
    switch (report.kind) {
      case 'measured':
        this.#measured(report.job, report.bytes, report.steps);
        return true;
      case 'measure-unreachable':
        this.#askToBeDialled(report.job);
        return true;
      case 'measure-ended':
        if (this.#running?.job === report.job) this.#end(this.#running, report.steps, report.failure);
        return true;
      default:
        return false;
    }
  }

  #measured(job: JobId, bytes: number, steps: readonly NetworkTestStep[]): void {
    const running = this.#running;
    if (running?.job !== job) return;
    const nowMs = Date.now();
    running.speeds.add(running.lastMs, nowMs, bytes);
    running.lastMs = nowMs;
    this.#show(running, { steps });
  }

  #askToBeDialled(job: JobId): void {
    const running = this.#running;
    if (running?.job !== job) return;
    this.#parts.links.get(running.view.peer.id)?.send({ kind: 'dial-me', job, streams: 1 });
  }

  #end(running: Running, steps: readonly NetworkTestStep[], failure: FailureData | null): void {
    if (this.#running !== running) return;
    this.#running = null;
    if (running.timer !== null) clearTimeout(running.timer);
    const { id } = running.view.peer;
    this.#parts.links.get(id)?.send({ kind: 'measure-end', job: running.job });
    const measured = steps.filter(({ bytesPerSecond }) => bytesPerSecond !== null);
    const found = failure === null ? saturationOf(measured) : null;
    const state = failure === null ? 'done' : failure.code === 'cancelled' ? 'cancelled' : 'failed';
    this.#show(running, {
      state,
      steps: measured,
      best: found?.streams ?? null,
      bytesPerSecond: found?.bytesPerSecond ?? null,
      failure: state === 'failed' ? failure : null,
    });
    if (found !== null) this.#parts.ways.learned(id, running.host, found);
  }

  /** The last link to a device is gone before it has said anything. */
  unlinked(id: DeviceId): void {
    const running = this.#running;
    if (running === null || running.view.peer.id !== id || running.host !== '') return;
    this.#end(running, [], new Failure('peer-gone', { subject: running.view.peer.name }).toData());
  }

  /** Data workers that died. */
  lost(jobs: readonly JobId[]): void {
    const running = this.#running;
    if (running !== null && jobs.includes(running.job))
      this.#end(running, [], new Failure('internal').toData());
  }

  /** The engine stops. */
  close(): void {
    if (this.#running !== null) this.stop(this.#running.job);
  }
}
