import { setTimeout as delay } from 'node:timers/promises';
import { Failure, type FailureCode, toFailure } from '../../shared/failure.ts';
import type { Identity } from '../identity/identity.ts';
import { DATA_DEAD_MS, HANDSHAKE_TIMEOUT_MS, MAX_STREAMS_PER_JOB } from '../wire/limits.ts';
import { dataServerName } from './data-server-name.ts';
import { type DataAddress, type DataSocket, dialData } from './data-socket.ts';
import type { PullOrder } from './pull-order.ts';
import { type PullHandler, PullStream, type SourceStream } from './pull-stream.ts';
import type { StageClock } from './stage-clock.ts';

/** Time between two tries of a lost connection: soon at first, then calmly. */
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 2_000;
/** Without one working stream for this long, the source is asked to dial us. */
const ASK_DIAL_MS = 3_000;
/** Silence that ends a stream whose source has moved or is perhaps gone; a source that holds back speaks more often. */
const MOVED_DEAD_MS = 8_000;
const STALL_CHECK_MS = 5_000;
/** Connections dialled at once; a listener works on as many handshakes at a time. */
const MAX_DIALS_AT_ONCE = 4;
/** Time with connections that owe us something, and nothing of it coming, after which a source has given up on us. */
const MAX_FRUITLESS_MS = 3 * DATA_DEAD_MS;

/** What may be over in a moment; any other failure is an answer. */
export const PASSING: ReadonlySet<FailureCode> = new Set([
  'unreachable',
  'peer-gone',
  'timeout',
  'wrong-device',
  'not-ferry',
  'too-many-open-files',
]);

export interface StreamEvents {
  /** The stream that carries the listing and the commit is there (again). */
  onFirst(stream: SourceStream): void;
  /** `isWaiting` is another one. */
  onState(): void;
  /** The source's no. */
  onRefused(failure: Failure): void;
  onUnreachable(failure: Failure): void;
}

/** What the connections of a pull are dialled with. */
export type StreamsOrder = Pick<
  PullOrder,
  'job' | 'secret' | 'sourceId' | 'addresses' | 'streams' | 'resume'
>;

/** The ways to a job's source, however it is reached. */
export interface JobStreams
  extends Pick<
    PullStreams,
    | 'start'
    | 'readdress'
    | 'adopt'
    | 'pump'
    | 'progressed'
    | 'lost'
    | 'want'
    | 'close'
    | 'isWaiting'
    | 'wireBytes'
    | 'most'
    | 'live'
  > {
  readonly first: SourceStream | null;
}

/** Keeps a job's data connections up: dials them, dials lost ones again, ends them. */
export class PullStreams {
  readonly #order: StreamsOrder;
  readonly #identity: Identity;
  readonly #handler: PullHandler;
  readonly #clock: StageClock;
  readonly #events: StreamEvents;
  readonly #stop = new AbortController();
  readonly #live: PullStream[] = [];
  /** When each stream was last seen to have moved. */
  readonly #seen = new WeakMap<PullStream, { wireBytes: number; ms: number }>();
  #wanted: number;
  /** Counted in checks rather than by the clock, so that a machine that slept does not count it. */
  #fruitlessMs = 0;
  /** Connections of the source's making that have not been opened yet. */
  #adopting = 0;
  #dialling = 0;
  #isWaiting = false;
  #closedWireBytes = 0;
  #addressAt = 0;
  /** When a stream was lost last, monotonic. */
  #lostMs = Number.NEGATIVE_INFINITY;
  #addresses: readonly DataAddress[];
  #deadMs = DATA_DEAD_MS;
  #stallTimer: NodeJS.Timeout | null = null;
  most = 0;

  constructor(
    order: StreamsOrder,
    identity: Identity,
    handler: PullHandler,
    clock: StageClock,
    events: StreamEvents,
  ) {
    this.#order = order;
    this.#addresses = order.addresses;
    this.#identity = identity;
    this.#handler = handler;
    this.#clock = clock;
    this.#events = events;
    this.#wanted = order.streams;
  }

  /** The open ones, in the order they were opened. */
  get live(): readonly PullStream[] {
    return this.#live;
  }

  /** Whether there is no connection, and was none for a while. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Framed bytes of all connections so far, both ways. */
  get wireBytes(): number {
    return this.#live.reduce((sum, stream) => sum + stream.wireBytes, this.#closedWireBytes);
  }

  get first(): PullStream | null {
    return this.#live[0] ?? null;
  }

  /** Begins to dial. Safe to call again. */
  start(): void {
    if (this.#stallTimer !== null || this.#stop.signal.aborted) return;
    // A job that is taken up waits until its source shows that it is there.
    this.#isWaiting = this.#order.resume !== null;
    this.#stallTimer = setInterval(() => this.#endStalled(), STALL_CHECK_MS);
    this.#keepDialling();
    void this.#askToBeDialled();
  }

  /**
   * The source speaks from elsewhere: it is looked for there first, and what is silent from now on is given
   * up soon, since a route that is gone says nothing. No addresses: it does not speak at all any more.
   */
  readdress(addresses: readonly DataAddress[]): void {
    if (addresses.length > 0) {
      this.#addresses = [...addresses, ...this.#order.addresses];
      this.#addressAt = 0;
    }
    this.#deadMs = MOVED_DEAD_MS;
  }

  /** Gives every stream with room something to do. */
  pump(): void {
    for (const stream of [...this.#live]) stream.pump();
  }

  /** How many there should be. */
  get wanted(): number {
    return this.#wanted;
  }

  /** From now on there should be `count`: missing ones are dialled, the latest ones end when they owe nothing more. */
  want(count: number): void {
    this.#wanted = Math.max(1, Math.min(count, MAX_STREAMS_PER_JOB));
    for (const [at, stream] of this.#live.entries()) {
      if (at >= this.#wanted) stream.retire(() => this.#retired(stream));
      else stream.keep();
    }
    this.#keepDialling();
  }

  #retired(stream: PullStream): void {
    const at = this.#live.indexOf(stream);
    if (at < 0) return;
    this.#live.splice(at, 1);
    this.#closedWireBytes += stream.wireBytes;
  }

  /** Something that was asked for has come. */
  progressed(): void {
    this.#fruitlessMs = 0;
  }

  /** Takes a connection that the source dialled, unless there are as many as a job may have. */
  adopt(socket: DataSocket): void {
    if (this.#live.length + this.#adopting >= MAX_STREAMS_PER_JOB) {
      socket.destroy();
      return;
    }
    this.#adopting += 1;
    // Who has to be dialled is not dialled again by us.
    this.#wanted = Math.max(this.#wanted, this.#live.length + 1);
    void this.#open(socket)
      .catch((error: unknown) => this.#judge(error))
      .finally(() => {
        this.#adopting -= 1;
      });
  }

  lost(stream: PullStream): void {
    const at = this.#live.indexOf(stream);
    if (at < 0) return;
    this.#lostMs = performance.now();
    this.#live.splice(at, 1);
    this.#closedWireBytes += stream.wireBytes;
    if (at === 0 && this.first !== null) this.#events.onFirst(this.first);
    if (this.first === null && !this.#isWaiting) {
      this.#isWaiting = true;
      this.#events.onState();
    }
    this.pump();
    this.#keepDialling();
  }

  /** Dials what is missing; before the first one is there, one at a time: it may be that nobody answers. */
  #keepDialling(): void {
    const most = this.#live.length === 0 ? 1 : MAX_DIALS_AT_ONCE;
    while (this.#dialling < most && this.#isMissing && !this.#stop.signal.aborted) void this.#dialUntilOpen();
  }

  get #isMissing(): boolean {
    return this.#live.length + this.#dialling < this.#wanted;
  }

  async #dialUntilOpen(): Promise<void> {
    this.#dialling += 1;
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stop.signal.aborted && this.#live.length < this.#wanted) {
      try {
        await this.#rest();
        await this.#open(await this.#dial());
        break;
      } catch (error) {
        if (this.#judge(error)) {
          this.#dialling -= 1;
          return;
        }
        await delay(retryMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
      }
    }
    this.#dialling -= 1;
    this.#keepDialling();
  }

  /** A source that takes connections and drops them is not dialled without a pause. */
  async #rest(): Promise<void> {
    const restMs = this.#lostMs + FIRST_RETRY_MS - performance.now();
    if (restMs > 0) await delay(restMs, undefined, { signal: this.#stop.signal });
  }

  /** Tries the addresses in turn, beginning with the one that worked last. */
  async #dial(): Promise<DataSocket> {
    const { job, sourceId } = this.#order;
    const addresses = this.#addresses;
    let failure = new Failure('unreachable');
    for (let tried = 0; tried < addresses.length; tried++) {
      const address = addresses[this.#addressAt % addresses.length] as DataAddress;
      try {
        return await dialData(address, dataServerName(job), this.#identity, sourceId, this.#stop.signal);
      } catch (error) {
        failure = toFailure(error, undefined, 'unreachable');
        this.#addressAt += 1;
      }
    }
    throw failure;
  }

  async #open(socket: DataSocket): Promise<void> {
    if (this.#stop.signal.aborted) {
      socket.destroy();
      throw new Failure('cancelled');
    }
    const stream = new PullStream(socket, this.#handler, this.#clock);
    const timer = setTimeout(() => stream.fail(new Failure('timeout')), HANDSHAKE_TIMEOUT_MS);
    const onAbort = () => stream.fail(new Failure('cancelled'));
    this.#stop.signal.addEventListener('abort', onAbort, { once: true });
    try {
      await stream.open({ job: this.#order.job, secret: Buffer.from(this.#order.secret) });
    } finally {
      clearTimeout(timer);
      this.#stop.signal.removeEventListener('abort', onAbort);
    }
    if (this.#stop.signal.aborted) {
      stream.destroy();
      return;
    }
    this.#live.push(stream);
    this.most = Math.max(this.most, this.#live.length);
    if (this.#isWaiting) {
      this.#isWaiting = false;
      this.#events.onState();
    }
    if (this.#live.length === 1) this.#events.onFirst(stream);
    stream.pump();
  }

  /** Whether this failure was the source's answer; then the job ends with it. */
  #judge(error: unknown): boolean {
    const failure = toFailure(error);
    if (this.#stop.signal.aborted) return true;
    if (PASSING.has(failure.code)) return false;
    this.#events.onRefused(failure);
    return true;
  }

  /** As long as there is no stream, asks the source to dial us: again and again, since words get lost. */
  async #askToBeDialled(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await delay(ASK_DIAL_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (this.#stop.signal.aborted || this.first !== null) continue;
      if (!this.#isWaiting) {
        this.#isWaiting = true;
        this.#events.onState();
      }
      this.#events.onUnreachable(new Failure('unreachable'));
    }
  }

  /** Data with wants open and no byte for a minute is dead. */
  #endStalled(): void {
    const nowMs = performance.now();
    for (const stream of [...this.#live]) {
      const seen = this.#seen.get(stream);
      if (seen === undefined || stream.isIdle || seen.wireBytes !== stream.wireBytes) {
        this.#seen.set(stream, { wireBytes: stream.wireBytes, ms: nowMs });
      } else if (nowMs - seen.ms > this.#deadMs) {
        stream.fail(new Failure('timeout'));
      }
    }
    if (this.#live.some((stream) => !stream.isIdle)) this.#fruitlessMs += STALL_CHECK_MS;
    if (this.#fruitlessMs > MAX_FRUITLESS_MS) {
      this.#events.onRefused(new Failure('timeout', { reason: 'no progress' }));
    }
  }

  /** Ends all connections; returns the framed bytes of all of them, both ways. */
  close(): number {
    this.#stop.abort();
    if (this.#stallTimer !== null) clearInterval(this.#stallTimer);
    for (const stream of this.#live) {
      this.#closedWireBytes += stream.wireBytes;
      stream.destroy();
    }
    this.#live.length = 0;
    return this.#closedWireBytes;
  }
}
