import { Failure, toFailure } from '../../shared/failure.ts';
import type { StageTimes } from '../../shared/job.ts';
import type { Ask, AskAnswer } from '../reuse/ask.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { AWAY_STATUS, PULLER_FRAME, SOURCE_FRAME, STATUS } from '../wire/data-frame.ts';
import { type Outcome, readOutcomes } from '../wire/data-run-table.ts';
import { type CommitBody, encodeCommit, encodeOpen, type OpenBody } from '../wire/data-wants.ts';
import { encodePullerFrame } from '../wire/puller-frame.ts';
import { CODING, type Coding } from '../wire/zstd.ts';
import type { DataSocket } from './data-socket.ts';
import { FrameAssembler, type SourceFrame } from './frame-assembler.ts';
import { inflateFrame } from './inflate-frame.ts';
import type { PullCoding } from './pull-coding.ts';
import type { BlockAnswer, BlockWork } from './pull-large-files.ts';
import { encodeWork, type PathOf, type PullWork } from './pull-work.ts';
import {
  checkRun,
  type ListingEnd,
  okBlock,
  REFUSED_BY_SOURCE,
  readHash,
  readListingEnd,
  readOne,
  readTimes,
  refusalCode,
  toCommitted,
} from './read-answers.ts';
import type { StageClock } from './stage-clock.ts';
import { WantWindow } from './want-window.ts';

/** What a pull stream needs from the job it serves; called synchronously, in the order of arrival. */
export interface PullHandler {
  readonly pathOf: PathOf;
  /** How content may be coded; absent is raw. */
  readonly coding?: Pick<PullCoding, 'wanted' | 'saved'>;
  /** The next piece of work for this stream, or null. */
  takeWork(): PullWork | null;
  onPage(number: number, bytes: Buffer, hash: Buffer): void;
  onListingEnd(end: ListingEnd): void;
  onRun(work: PullWork & { kind: 'run' }, outcomes: readonly Outcome[], content: Buffer): void;
  /** The promise, if any, resolves when the block needs no memory any more; it never rejects. */
  onBlock(work: BlockWork, answer: BlockAnswer): Promise<void> | null;
  onHash(work: PullWork & { kind: 'hash' }, answer: Buffer | Outcome): void;
  onAsk(ask: Ask, answer: AskAnswer): void;
  /** Null: the source has the same; else why not. */
  onCommitted(failure: Failure | null): void;
  onSourceTimes(times: StageTimes): void;
  /** Whoever holds the content at the source is away, or back. */
  onSourceAway(): void;
  /** The connection is gone; `work` was asked for and did not come. */
  onLost(stream: PullStream, failure: Failure, work: readonly PullWork[]): void;
}

/** A way to the source as the job sees it: what carries the listing and the commit. */
export type SourceStream = Pick<
  PullStream,
  'list' | 'creditPage' | 'commit' | 'pump' | 'wireBytes' | 'isSourceAway'
>;

/** Wants under way per connection; how many bytes, its window says. */
const MAX_WANTS = 8;

/** Takes what still arrives on a connection that has ended: a reader's room is never empty, or the reading thread spins. */
const LEFT_OVER = Buffer.allocUnsafeSlow(16 * 1024);

/** Memory that nobody reads into again needs no giving back. */
const KEPT = (): void => undefined;

/** The destination's end of one data connection: asks for work, checks what comes, hands it on. */
export class PullStream {
  readonly #socket: DataSocket;
  readonly #handler: PullHandler;
  readonly #clock: StageClock;
  readonly #wants = new Map<number, PullWork>();
  /** When the open wants for content were sent, by `performance.now()`. */
  readonly #askedMs = new Map<number, number>();
  readonly #window = new WantWindow();
  readonly #assembler = new FrameAssembler((frame) => this.#accept(frame));
  #nextTag = 1;
  #wantedBytes = 0;
  #isOpen = false;
  #isEnded = false;
  #duePages = 0;
  #isCommitting = false;
  #onRetired: (() => void) | null = null;
  #resolveOpened: (() => void) | null = null;
  #rejectOpened: ((failure: Failure) => void) | null = null;
  wireBytes = 0;
  /** Nothing can come: a page that holds the files is closed. Not a fault, so silence is none either. */
  isSourceAway = false;

  constructor(socket: DataSocket, handler: PullHandler, clock: StageClock) {
    this.#socket = socket;
    this.#handler = handler;
    this.#clock = clock;
    socket.attach({
      room: () => (this.#isEnded ? LEFT_OVER : this.#assembler.room()),
      filled: (count) => this.#received(count),
      closed: (failure) => this.#end(failure),
    });
  }

  /** Shows the grant; resolves when the source admits it. @throws Failure with the source's code. */
  open(body: OpenBody): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolveOpened = resolve;
      this.#rejectOpened = reject;
      this.#send(PULLER_FRAME.open, 0, encodeOpen(body));
    });
  }

  /** Whether the source owes nothing on this connection: no answer, no page, no commit. */
  get isIdle(): boolean {
    if (this.isSourceAway) return true;
    return this.#wants.size === 0 && this.#duePages === 0 && !this.#isCommitting;
  }

  /** Asks for the listing from page `from` on, `credit` pages ahead. */
  list(from: number, credit: number): void {
    const writer = new ByteWriter(4);
    writer.u32(credit);
    this.#duePages = credit;
    this.#send(PULLER_FRAME.list, from, writer.view());
  }

  /** One more page may come; everything before `next` has arrived. */
  creditPage(next: number): void {
    this.#duePages += 1;
    this.#send(PULLER_FRAME.credit, next, Buffer.alloc(0));
  }

  commit(body: CommitBody): void {
    this.#isCommitting = true;
    this.#send(PULLER_FRAME.commit, 0, encodeCommit(body));
  }

  /** Takes work while there is room for it. */
  pump(): void {
    if (this.#onRetired !== null) this.#endRetired();
    while (this.#isOpen && !this.#isEnded && this.#onRetired === null) {
      if (this.#wants.size >= MAX_WANTS || this.#wantedBytes >= this.#window.bytes) return;
      const work = this.#handler.takeWork();
      if (work === null) return;
      const tag = this.#nextTag++;
      this.#wants.set(tag, work);
      if (isContent(work)) this.#askedMs.set(tag, performance.now());
      this.#wantedBytes += sizeOf(work);
      const { kind, body } = encodeWork(work, this.#handler.pathOf);
      this.#send(kind, tag, body, isContent(work) ? this.#handler.coding?.wanted : CODING.raw);
    }
  }

  /** Takes no more work and ends when everything that was asked for has come; `onGone` hears of it. */
  retire(onGone: () => void): void {
    this.#onRetired = onGone;
    this.#endRetired();
  }

  /** Goes on after all. */
  keep(): void {
    if (this.#onRetired === null) return;
    this.#onRetired = null;
    this.pump();
  }

  #endRetired(): void {
    if (this.#onRetired === null || this.#isEnded || this.#wantedBytes > 0 || !this.isIdle) return;
    this.destroy();
    this.#onRetired();
  }

  /** Ends the connection and tells the handler why. */
  fail(failure: Failure): void {
    this.#end(failure);
  }

  /** Ends the connection without telling the handler. */
  destroy(): void {
    this.#isEnded = true;
    this.#socket.destroy();
  }

  #send(kind: number, tag: number, body: Uint8Array, coding: Coding = CODING.raw): void {
    if (this.#isEnded) return;
    const frame = encodePullerFrame(kind, tag, body, coding);
    this.wireBytes += frame.length;
    this.#socket.write(frame);
  }

  #received(count: number): void {
    // A chunk may hold more than the frame that ended this.
    if (this.#isEnded) return;
    this.wireBytes += count;
    try {
      this.#assembler.filled(count);
    } catch (error) {
      this.#end(toFailure(error));
    }
  }

  #end(failure: Failure): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#socket.destroy();
    this.#rejectOpened?.(failure);
    this.#handler.onLost(this, failure, [...this.#wants.values()]);
  }

  #accept(frame: SourceFrame): void {
    const { header, meta } = frame;
    if (!this.#isOpen) {
      this.#acceptFirst(frame);
      return;
    }
    switch (header.kind) {
      case SOURCE_FRAME.page:
        this.#checkHash(frame);
        if (this.#duePages === 0) throw misbehaved('page not asked for');
        this.#duePages -= 1;
        this.#handler.onPage(header.tag, meta, header.hash);
        break;
      case SOURCE_FRAME.listingEnd:
        this.#duePages = 0;
        this.#handler.onListingEnd(readListingEnd(meta));
        break;
      case SOURCE_FRAME.times:
        this.#handler.onSourceTimes(readTimes(meta));
        break;
      case SOURCE_FRAME.away:
        this.isSourceAway = header.status === AWAY_STATUS.away;
        this.#handler.onSourceAway();
        break;
      case SOURCE_FRAME.refused:
        throw new Failure(refusalCode(meta.toString('latin1')), { reason: REFUSED_BY_SOURCE });
      case SOURCE_FRAME.committed:
        this.#isCommitting = false;
        this.#handler.onCommitted(toCommitted(header.status));
        break;
      case SOURCE_FRAME.block:
      case SOURCE_FRAME.run:
      case SOURCE_FRAME.hash:
        this.#answer(frame);
        break;
      default:
        // What rungs ask for has kinds of its own, which their asks know.
        if (this.#wants.get(header.tag)?.kind !== 'ask') throw misbehaved('unknown frame');
        this.#answer(frame);
    }
    this.pump();
  }

  #acceptFirst({ header, meta }: SourceFrame): void {
    if (header.kind === SOURCE_FRAME.refused) {
      throw new Failure(refusalCode(meta.toString('latin1')), { reason: REFUSED_BY_SOURCE });
    }
    if (header.kind !== SOURCE_FRAME.opened) throw misbehaved('not opened');
    this.#isOpen = true;
    this.#rejectOpened = null;
    this.#resolveOpened?.();
  }

  #answer(arrived: SourceFrame): void {
    const { tag } = arrived.header;
    const work = this.#wants.get(tag);
    if (work === undefined) throw misbehaved('answer to nothing asked');
    if (arrived.content.length > sizeOf(work)) throw misbehaved('more than asked');
    const frame = this.#inflated(arrived, work);
    if (work.kind !== 'hash' && frame.header.status === STATUS.ok) this.#checkHash(frame);
    // Kept until it is handled: if handling throws, the work counts as not done.
    const later = this.#handle(work, frame);
    this.#wants.delete(tag);
    this.#noteAnswered(tag);
    if (later === null) this.#wantedBytes -= sizeOf(work);
    else void later.then(() => this.#settled(work));
  }

  #inflated(frame: SourceFrame, work: PullWork): SourceFrame {
    if (!frame.header.isCompressed) return frame;
    if (frame.header.status !== STATUS.ok) throw misbehaved('compressed answer');
    const inflated = inflateFrame(frame, work);
    this.#handler.coding?.saved(inflated.content.length - frame.content.length);
    return inflated;
  }

  #noteAnswered(tag: number): void {
    const askedMs = this.#askedMs.get(tag);
    if (askedMs === undefined) return;
    this.#askedMs.delete(tag);
    this.#window.answered(performance.now() - askedMs);
  }

  /** A block is on disk: only now there is room for another. */
  #settled(work: PullWork): void {
    this.#wantedBytes -= sizeOf(work);
    this.pump();
  }

  #handle(work: PullWork, { header, meta, content, isOwn }: SourceFrame): Promise<void> | null {
    switch (work.kind) {
      case 'run':
        if (header.kind !== SOURCE_FRAME.run) throw misbehaved('wrong answer');
        this.#handler.onRun(work, checkRun(work, readOutcomes(meta, work.files.length), content), content);
        return null;
      case 'block': {
        if (header.kind !== SOURCE_FRAME.block) throw misbehaved('wrong answer');
        const outcome = header.status === STATUS.ok ? okBlock(work, content) : readOne(meta);
        const keep = isOwn ? () => KEPT : () => this.#assembler.keep();
        return this.#handler.onBlock(work, { outcome, content, hash: header.hash, keep });
      }
      case 'hash':
        if (header.kind !== SOURCE_FRAME.hash) throw misbehaved('wrong answer');
        this.#handler.onHash(work, header.status === STATUS.ok ? readHash(meta) : readOne(meta));
        return null;
      case 'ask': {
        if (header.kind !== work.answer) throw misbehaved('wrong answer');
        const keep = () => this.#assembler.keep();
        this.#handler.onAsk(work, { status: header.status, meta, content, keep });
        return null;
      }
    }
  }

  #checkHash({ header, hashed }: SourceFrame): void {
    const startMs = performance.now();
    const isWhole = hashBytes(hashed).equals(header.hash);
    this.#clock.since('hash', startMs);
    if (!isWhole) throw new Failure('integrity', { reason: 'block hash' });
  }
}

function isContent(work: PullWork): boolean {
  return work.kind === 'run' || work.kind === 'block';
}

function sizeOf(work: PullWork): number {
  switch (work.kind) {
    case 'hash':
      return 0;
    case 'ask':
      return work.maxBytes;
    case 'run':
      return work.bytes;
    case 'block':
      return work.length;
  }
}

function misbehaved(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}
