import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure, toFailure } from '../../shared/failure.ts';
import { LATER } from '../source/source.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import {
  AWAY_STATUS,
  HEADER_BYTES,
  NO_HASH,
  PULLER_FRAME,
  SOURCE_FRAME,
  STATUS,
  writeHeader,
} from '../wire/data-frame.ts';
import { decodeWantHashes, encodeHashes } from '../wire/data-hashes.ts';
import { encodeOutcome, type Outcome, writeOutcome } from '../wire/data-run-table.ts';
import {
  decodeCommit,
  decodeOpen,
  decodeWantBlock,
  decodeWantHash,
  decodeWantRun,
  type OpenBody,
} from '../wire/data-wants.ts';
import { type PullerFrame, PullerFrameReader } from '../wire/puller-frame.ts';
import { CODING } from '../wire/zstd.ts';
import { makeContentFrame, type ReadContent } from './content-frame.ts';
import { CONTENT_AT, FrameBuffers } from './frame-buffers.ts';
import { FrameWriter } from './frame-writer.ts';
import { answerMatches, answerPatch } from './serve-delta.ts';
import { hashesOf } from './serve-hashes.ts';
import type { ListingPage, ServeJob } from './serve-job.ts';
import { answerSegment } from './serve-segment.ts';

/** Frames under way to the socket: one being sent, one being filled, one to spare. */
const BUFFERS = 3;
/** Wants a puller may have open on one connection. */
const MAX_OPEN_WANTS = 256;
/** Their bodies together: eight of the largest, and as much again. */
const MAX_OPEN_WANT_BYTES = 16 * 1024 * 1024;
/** Answers a puller may leave unread before no further want is looked at. */
const MAX_QUEUED_ANSWERS = 64;
/** How a commit is answered. */
const COMMIT_STATUS = { whole: STATUS.ok, other: STATUS.changed, 'not-listed': STATUS.vanished } as const;
/** Longest silence of a source that holds back. */
const SLEEP_MS = 5_000;
/** How often the source's times are told while something is served. */
const TIMES_INTERVAL_MS = 250;

/**
 * The source's end of one data connection: reads wants, answers with blocks, one at a time in order.
 * `run` ends when the puller leaves; the caller owns and destroys the socket.
 */
export class ServeStream {
  readonly #admit: (open: OpenBody) => ServeJob;
  readonly #reader = new PullerFrameReader();
  readonly #buffers = new FrameBuffers(BUFFERS);
  readonly #writer: FrameWriter;
  readonly #requests: PullerFrame[] = [];
  #requestBytes = 0;
  readonly #closing = new AbortController();
  #job: ServeJob | null = null;
  #isListing = false;
  #credit = 0;
  #resend: ListingPage[] = [];
  /** Something came in since the last look. */
  #hasNews = false;
  #wake: (() => void) | null = null;
  #failure: Failure | null = null;
  #isClosed = false;
  #isRefused = false;
  #timesToldMs = 0;
  /** Wants that a remote source is busy with. */
  #reading = 0;
  #isToldAway = false;
  readonly #wakeUp = () => this.#tellNews();

  /** @param admit judges the grant; throws a Failure to refuse. */
  constructor(socket: Duplex, admit: (open: OpenBody) => ServeJob) {
    this.#writer = new FrameWriter(socket);
    this.#admit = admit;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('close', () => this.#close());
    socket.on('end', () => this.#close());
    socket.on('error', () => this.#close());
  }

  get job(): ServeJob | null {
    return this.#job;
  }

  /** Serves until the connection ends. @throws Failure `peer-misbehaved`, `over-cap` and the like. */
  async run(signal: AbortSignal): Promise<void> {
    const onAbort = () => this.#close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!this.#isClosed && this.#failure === null) {
        if (!(await this.#step(this.#closing.signal))) await this.#idle();
      }
      if (this.#failure !== null) throw this.#failure;
    } catch (error) {
      // What a closed connection still was in the middle of interests nobody.
      if (!this.#isClosed) throw this.#refuse(toFailure(error));
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    if (this.#failure !== null) throw this.#failure;
  }

  #receive(chunk: Buffer): void {
    if (this.#failure !== null) return;
    try {
      for (const frame of this.#reader.push(chunk)) this.#accept(frame);
    } catch (error) {
      this.#failure = toFailure(error);
    }
    this.#tellNews();
  }

  #tellNews(): void {
    this.#hasNews = true;
    this.#wake?.();
  }

  #accept(frame: PullerFrame): void {
    if (frame.kind === PULLER_FRAME.open) {
      if (this.#job !== null) throw misbehaved('opened twice');
      this.#open(frame);
      return;
    }
    if (this.#job === null) throw misbehaved('not opened');
    switch (frame.kind) {
      case PULLER_FRAME.list:
        this.#job.listFor(this);
        this.#resend = [...this.#job.resendFrom(frame.tag)];
        this.#credit = Math.min(new ByteReader(frame.body).u32(), MAX_OPEN_WANTS);
        // Only now: who asks for pages that are not here gets none, least of all others.
        this.#isListing = true;
        return;
      case PULLER_FRAME.credit:
        this.#credit = Math.min(this.#credit + 1, MAX_OPEN_WANTS);
        // A connection that lists no more knows another listing.
        if (this.#job.isLister(this)) this.#job.confirmBefore(frame.tag);
        return;
      default:
        this.#requestBytes += frame.body.length;
        if (this.#requests.length >= MAX_OPEN_WANTS || this.#requestBytes > MAX_OPEN_WANT_BYTES) {
          throw misbehaved('too many wants');
        }
        this.#requests.push(frame);
        this.#job.noteContentAsked();
    }
  }

  #open(frame: PullerFrame): void {
    try {
      this.#job = this.#admit(decodeOpen(frame.body));
      this.#write(SOURCE_FRAME.opened, 0, Buffer.alloc(0));
      this.#job.wakes.add(this.#wakeUp);
    } catch (error) {
      throw this.#refuse(toFailure(error));
    }
  }

  /** Tells the puller why nothing more comes, once. */
  #refuse(failure: Failure): Failure {
    if (!this.#isRefused) this.#write(SOURCE_FRAME.refused, 0, Buffer.from(failure.code));
    this.#isRefused = true;
    return failure;
  }

  async #idle(): Promise<void> {
    if (!this.#hasNews) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    this.#hasNews = false;
  }

  /** Does one piece of work; false when there is none. Pages and wants take turns. */
  async #step(signal: AbortSignal): Promise<boolean> {
    const job = this.#job;
    if (job === null) return false;
    this.#tellAway(job);
    if (this.#writer.queued > MAX_QUEUED_ANSWERS) await this.#writer.drained();
    const mayList = this.#isListing && this.#credit > 0 && (this.#resend.length > 0 || job.hasPageRoom);
    const listed = mayList && (await this.#sendPage(job));
    if (this.#reading >= (job.source.remote?.readsAtOnce ?? 1)) return listed;
    const request = this.#requests.shift();
    if (request === undefined) return listed;
    this.#requestBytes -= request.body.length;
    if (job.source.remote === undefined) await this.#serve(job, request, signal);
    else void this.#serveBeside(job, request, signal);
    this.#tellTimes(job);
    return true;
  }

  /** What is far away is asked for several times at once: answers may come in any order. */
  async #serveBeside(job: ServeJob, request: PullerFrame, signal: AbortSignal): Promise<void> {
    this.#reading += 1;
    try {
      await this.#serve(job, request, signal);
    } catch (error) {
      if (!this.#isClosed) this.#failure ??= toFailure(error);
    }
    this.#reading -= 1;
    this.#tellNews();
  }

  #tellAway(job: ServeJob): void {
    if (job.isAway === this.#isToldAway) return;
    this.#isToldAway = job.isAway;
    this.#write(SOURCE_FRAME.away, 0, Buffer.alloc(0), job.isAway ? AWAY_STATUS.away : AWAY_STATUS.back);
  }

  async #sendPage(job: ServeJob): Promise<boolean> {
    if (!job.isLister(this)) {
      this.#isListing = false;
      return false;
    }
    const page = this.#resend.shift() ?? job.nextPage();
    if (page === LATER) return false;
    if (page === null) {
      this.#isListing = false;
      this.#sendListingEnd(job);
      return true;
    }
    this.#credit -= 1;
    this.#write(SOURCE_FRAME.page, page.number, page.bytes, STATUS.ok, page.hash);
    await this.#writer.drained();
    return true;
  }

  #sendListingEnd(job: ServeJob): void {
    const writer = new ByteWriter(64);
    writer.u64(job.totals.entries);
    writer.u64(job.totals.files);
    writer.u64(job.totals.bytes);
    writer.bytes(job.listingDigest);
    this.#write(SOURCE_FRAME.listingEnd, 0, writer.view());
  }

  async #serve(job: ServeJob, request: PullerFrame, signal: AbortSignal): Promise<void> {
    const { kind, tag, body } = request;
    switch (kind) {
      case PULLER_FRAME.wantBlock:
        return this.#serveBlock(job, request, signal);
      case PULLER_FRAME.wantRun:
        return this.#serveRun(job, request, signal);
      case PULLER_FRAME.wantHashes: {
        const groups = decodeWantHashes(body);
        const meta = encodeHashes(await this.#speaking(job, () => hashesOf(job, groups, signal)));
        this.#write(SOURCE_FRAME.hashes, tag, meta, STATUS.ok, hashBytes(meta));
        return;
      }
      case PULLER_FRAME.wantHash: {
        const want = decodeWantHash(body);
        job.chargeHash(want.version.size);
        const answer = await this.#speaking(job, () => job.source.hashFile(want, job.clock, signal));
        if ('hash' in answer) this.#write(SOURCE_FRAME.hash, tag, answer.hash);
        else this.#write(SOURCE_FRAME.hash, tag, encodeOutcome(answer.outcome), STATUS.changed);
        return;
      }
      case PULLER_FRAME.wantMatches:
      case PULLER_FRAME.wantSegment: {
        const turn = { signal, onTurn: () => this.#tellTimes(job) };
        const isSegment = request.kind === PULLER_FRAME.wantSegment;
        const { status, meta } = await (isSegment ? answerSegment : answerMatches)(job, body, turn);
        const kind = isSegment ? SOURCE_FRAME.segment : SOURCE_FRAME.matches;
        this.#write(kind, tag, meta, status, hashBytes(meta));
        return;
      }
      case PULLER_FRAME.wantPatch:
        return this.#servePatch(job, tag, body, signal);
      case PULLER_FRAME.commit: {
        const verdict = job.commit(decodeCommit(body));
        this.#timesToldMs = 0;
        this.#tellTimes(job);
        this.#write(SOURCE_FRAME.committed, tag, Buffer.alloc(0), COMMIT_STATUS[verdict]);
        return;
      }
      default:
        throw misbehaved('unknown frame');
    }
  }

  /** Work that may take long, with a word now and then: a puller that hears nothing takes us for dead. */
  async #speaking<Value>(job: ServeJob, work: () => Promise<Value>): Promise<Value> {
    const timer = setInterval(() => this.#tellTimes(job), SLEEP_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  async #serveBlock(job: ServeJob, request: PullerFrame, signal: AbortSignal): Promise<void> {
    const { tag, coding } = request;
    const want = decodeWantBlock(request.body);
    job.charge(want.length);
    const buffer = await this.#buffers.take();
    const content = buffer.subarray(CONTENT_AT);
    const outcome = await job.source.readBlock(want, content, job.clock, signal);
    if (outcome.status === 'ok') {
      const read = { kind: SOURCE_FRAME.block, tag, table: null, length: want.length, coding };
      return await this.#sendContent(job, buffer, read, signal);
    }
    this.#buffers.give(buffer);
    this.#write(SOURCE_FRAME.block, tag, encodeOutcome(outcome), STATUS[outcome.status]);
  }

  async #serveRun(job: ServeJob, request: PullerFrame, signal: AbortSignal): Promise<void> {
    const { tag, coding } = request;
    const groups = decodeWantRun(request.body);
    let wanted = 0;
    for (const group of groups) for (const file of group.files) wanted += file.version.size;
    job.charge(wanted);
    const buffer = await this.#buffers.take();
    const run = await job.source.readRun(groups, buffer.subarray(CONTENT_AT), job.clock, signal);
    const table = encodeTable(run.outcomes);
    const read = { kind: SOURCE_FRAME.run, tag, table, length: run.length, coding };
    await this.#sendContent(job, buffer, read, signal);
  }

  /** A limit is on what the link carries, so it counts what is left after compressing. */
  async #sendContent(job: ServeJob, buffer: Buffer, read: ReadContent, signal: AbortSignal): Promise<void> {
    const frame = makeContentFrame(job, buffer, read);
    await this.#throttle(job, frame.length, signal);
    job.compress.writeBegins();
    this.#writer.write(frame, () => {
      job.compress.writeEnds(frame.length);
      this.#buffers.give(buffer);
    });
  }

  async #servePatch(job: ServeJob, tag: number, body: Buffer, signal: AbortSignal): Promise<void> {
    const buffer = await this.#buffers.take();
    const turn = { signal, onTurn: () => this.#tellTimes(job) };
    const { status, meta, length } = await answerPatch(job, body, buffer.subarray(CONTENT_AT), turn);
    if (status === STATUS.ok) {
      const read = { kind: SOURCE_FRAME.patch, tag, table: meta, length, coding: CODING.raw };
      return await this.#sendContent(job, buffer, read, signal);
    }
    this.#buffers.give(buffer);
    this.#write(SOURCE_FRAME.patch, tag, meta, status);
  }

  async #throttle(job: ServeJob, bytes: number, signal: AbortSignal): Promise<void> {
    // In short pieces with a word between: a puller that hears nothing for long takes us for dead.
    for (let leftMs = job.pace(bytes); leftMs > 0; leftMs -= SLEEP_MS) {
      const sleepMs = Math.min(leftMs, SLEEP_MS);
      await delay(sleepMs, undefined, { signal });
      job.clock.add('limited', sleepMs);
      if (leftMs > SLEEP_MS) this.#tellTimes(job);
    }
  }

  #write(kind: number, tag: number, meta: Buffer, status: number = STATUS.ok, hash: Buffer = NO_HASH): void {
    const frame = Buffer.allocUnsafe(HEADER_BYTES + meta.length);
    writeHeader(frame, { kind, status, tag, metaLength: meta.length, length: 0, isCompressed: false, hash });
    frame.set(meta, HEADER_BYTES);
    this.#writer.write(frame);
  }

  #tellTimes(job: ServeJob): void {
    const nowMs = performance.now();
    if (nowMs - this.#timesToldMs < TIMES_INTERVAL_MS) return;
    this.#timesToldMs = nowMs;
    const { disk, hash, socket, waiting, limited, listing, sync } = job.clock.seconds();
    const writer = new ByteWriter(64);
    for (const value of [disk, hash, socket, waiting, limited, listing, sync]) writer.f64(value);
    this.#write(SOURCE_FRAME.times, 0, writer.view());
  }

  #close(): void {
    this.#isClosed = true;
    this.#job?.wakes.delete(this.#wakeUp);
    this.#closing.abort();
    this.#writer.close();
    this.#buffers.close();
    this.#tellNews();
  }
}

function encodeTable(outcomes: readonly Outcome[]): Buffer {
  const writer = new ByteWriter(8 * 1024);
  for (const outcome of outcomes) writeOutcome(writer, outcome);
  return writer.view();
}

function misbehaved(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}
