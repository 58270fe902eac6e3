import { Failure, type FailureData } from '../../shared/failure.ts';
import { type NetworkTestStep, TESTED_STREAMS } from '../../shared/network-test.ts';
import type { Identity } from '../identity/identity.ts';
import { MEMORY_FILE } from '../source/memory-source.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import type { DataSocket } from './data-socket.ts';
import type { BlockAnswer, BlockWork } from './pull-large-files.ts';
import type { PullOrder } from './pull-order.ts';
import type { PullHandler, PullStream } from './pull-stream.ts';
import { PASSING, PullStreams } from './pull-streams.ts';
import { StageClock } from './stage-clock.ts';
import { isSaturated } from './stream-sweep.ts';
import { newLargeFile } from './work-queue.ts';

/** How often the speed is read. */
export const MEASURE_TICK_MS = 100;
/** Of a step: what its connections get to come up to speed, uncounted. */
const WARM_UP = 0.2;
/** Connections that are not there by then will not come: what was measured with fewer is kept. */
const MAX_DIAL_MS = 5_000;

/** A network test, as its data worker needs it. */
export interface MeasureOrder extends Pick<PullOrder, 'job' | 'secret' | 'sourceId' | 'addresses'> {
  readonly secondsPerStep: number;
}

export interface MeasureReport {
  /** On a clock: bytes that came in the last tick, and all steps so far. */
  measured(bytes: number, steps: readonly NetworkTestStep[]): void;
  /** The source cannot be dialled: it may dial us. */
  unreachable(): void;
  ended(steps: readonly NetworkTestStep[], failure: FailureData | null): void;
}

/**
 * The tester's end of a network test, in a data worker: asks for blocks of nothing, with more and more
 * connections, checks their hashes as always and throws them away. Ends by itself.
 */
export class MeasureSession implements PullHandler {
  readonly #order: MeasureOrder;
  readonly #report: MeasureReport;
  readonly #streams: PullStreams;
  readonly #file: BlockWork['file'];
  readonly #steps: NetworkTestStep[] = TESTED_STREAMS.map((streams) => ({ streams, bytesPerSecond: null }));
  #at = 0;
  /** All content so far, and what of it had come when the present step began to count. */
  #bytes = 0;
  #toldBytes = 0;
  #offset = 0;
  #step: { readonly sinceMs: number; readonly fromMs: number | null; readonly bytes: number };
  #timer: NodeJS.Timeout | null = null;
  #isEnded = false;

  constructor(order: MeasureOrder, identity: Identity, report: MeasureReport) {
    this.#order = order;
    this.#report = report;
    const { name, version } = MEMORY_FILE;
    const target = { folder: 0, name, plan: { kind: 'new' } } as const;
    this.#file = newLargeFile(
      {
        folder: 0,
        sourceName: name,
        pathBytes: 0,
        target,
        version,
        mode: 0,
        holeBytes: 0,
        group: 0,
        tries: 0,
        row: 0,
      },
      null,
      null,
    );
    this.#step = { sinceMs: performance.now(), fromMs: null, bytes: 0 };
    const streams = TESTED_STREAMS[0];
    this.#streams = new PullStreams({ ...order, streams, resume: null }, identity, this, new StageClock(), {
      onFirst: () => undefined,
      onState: () => undefined,
      onRefused: (failure) => this.#end(failure),
      onUnreachable: () => report.unreachable(),
    });
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), MEASURE_TICK_MS);
    this.#streams.start();
  }

  stop(): void {
    this.#end(new Failure('cancelled'));
  }

  /** A data connection that the source dialled. */
  addSocket(socket: DataSocket): void {
    this.#streams.adopt(socket);
  }

  #tick(): void {
    const nowMs = performance.now();
    const bytes = this.#bytes - this.#toldBytes;
    this.#toldBytes = this.#bytes;
    this.#follow(nowMs);
    if (!this.#isEnded) this.#report.measured(bytes, this.#steps);
  }

  /** Waits for the connections of a step, lets them come up to speed, counts, goes on to the next. */
  #follow(nowMs: number): void {
    const step = this.#steps[this.#at];
    if (step === undefined) return;
    const stepMs = this.#order.secondsPerStep * 1000;
    const waitedMs = nowMs - this.#step.sinceMs;
    if (this.#streams.live.length < step.streams) {
      this.#step = { ...this.#step, fromMs: null };
      if (waitedMs > MAX_DIAL_MS) this.#end(this.#at === 0 ? new Failure('unreachable') : null);
      return;
    }
    if (this.#step.fromMs === null) {
      this.#step = { sinceMs: nowMs, fromMs: nowMs + stepMs * WARM_UP, bytes: -1 };
      return;
    }
    if (nowMs < this.#step.fromMs) return;
    if (this.#step.bytes < 0) {
      this.#step = { ...this.#step, fromMs: nowMs, bytes: this.#bytes };
      return;
    }
    if (nowMs - this.#step.fromMs < stepMs * (1 - WARM_UP)) return;
    const bytesPerSecond = ((this.#bytes - this.#step.bytes) * 1000) / (nowMs - this.#step.fromMs);
    this.#steps[this.#at] = { ...step, bytesPerSecond: Math.round(bytesPerSecond) };
    this.#next(nowMs);
  }

  #next(nowMs: number): void {
    this.#at += 1;
    const next = this.#steps[this.#at];
    if (next === undefined || isSaturated(this.#steps)) this.#end(null);
    else {
      this.#step = { sinceMs: nowMs, fromMs: null, bytes: 0 };
      this.#streams.want(next.streams);
    }
  }

  #end(failure: Failure | null): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#streams.close();
    const measured = this.#steps.filter(({ bytesPerSecond }) => bytesPerSecond !== null);
    this.#report.ended(measured, failure?.toData() ?? null);
  }

  takeWork(): BlockWork | null {
    if (this.#isEnded) return null;
    const offset = this.#offset;
    this.#offset = (offset + BLOCK_BYTES) % MEMORY_FILE.version.size;
    return { kind: 'block', file: this.#file, offset, length: BLOCK_BYTES };
  }

  onBlock(work: BlockWork, { outcome }: BlockAnswer): null {
    if (outcome.status !== 'ok') throw misbehaved('not what was asked for');
    this.#bytes += work.length;
    this.#streams.progressed();
    return null;
  }

  onLost(stream: PullStream, failure: Failure): void {
    if (this.#isEnded) return;
    if (PASSING.has(failure.code)) this.#streams.lost(stream);
    else this.#end(failure);
  }

  readonly pathOf = (): [] => [];

  onSourceTimes(): void {}

  onSourceAway(): void {}

  onPage(): void {
    throw misbehaved('listing not asked for');
  }

  onListingEnd(): void {
    throw misbehaved('listing not asked for');
  }

  onRun(): void {
    throw misbehaved('run not asked for');
  }

  onAsk(): void {
    throw misbehaved('nothing asked');
  }

  onHash(): void {
    throw misbehaved('hash not asked for');
  }

  onCommitted(): void {
    throw misbehaved('nothing to commit');
  }
}

function misbehaved(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}
