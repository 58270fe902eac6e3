import type { Duplex } from 'node:stream';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import { decodeControl, encodeControl } from '../wire/control-codec.ts';
import { type ControlMessage, controlMessage, type LinkMessage } from '../wire/control-messages.ts';
import type { Hello } from '../wire/hello.ts';
import { MAX_CONTROL_FRAME_BYTES, MAX_PRE_AUTH_BYTES } from '../wire/limits.ts';
import { isAdmitted, type LinkState } from './admission.ts';
import { closeGently } from './close-gently.ts';
import type { Greeting } from './greet.ts';
import { Keepalive } from './keepalive.ts';

/** Messages that wait to be sent to a peer that does not read: over this it counts as gone. */
const MAX_SEND_BUFFER_BYTES = 8 * 1024 * 1024;
/** The same for many small ones: each costs some hundred bytes of memory beside its own. */
const MAX_UNSENT_MESSAGES = 10_000;
/** A retired connection may still deliver what was sent on it for this long. */
const RETIRED_MS = 5_000;

export type MessageListener = (message: LinkMessage) => void;

export interface LinkParts {
  /** Authenticated, greeted, paused. The link owns it from now on. */
  readonly stream: Duplex;
  readonly greeting: Greeting;
  readonly peerId: DeviceId;
  readonly remoteHost: string;
  readonly remotePort: number;
  /** Whether this device dialled. */
  readonly isDialled: boolean;
  /** Whether the peer's key is pinned now; asked again for every message. */
  readonly isPaired: () => boolean;
  /** Jobs an unpaired peer may drive from the start: those it holds a live grant for. */
  readonly admittedJobs: Iterable<JobId>;
  /** Hears every message of this connection, before the listeners of the link. */
  readonly deliver: (link: Link, message: LinkMessage) => void;
  /** Keying material of this connection (RFC 5705), 32 bytes. */
  readonly exportKey: (label: string, context: Buffer) => Buffer;
}

/** One authenticated control connection to a peer. */
export class Link {
  readonly peerId: DeviceId;
  readonly peerHello: Hello;
  readonly remoteHost: string;
  readonly remotePort: number;
  readonly isDialled: boolean;
  readonly exportKey: LinkParts['exportKey'];
  /** How many links it has replaced, one after the other. */
  replacements = 0;
  /** By `performance.now()`. */
  readonly openedMs = performance.now();
  /**
   * Resolves once the link has ended, with the reason (the code of a `refused`, if that ended it). A replaced
   * link ends with the one that replaced it.
   */
  readonly closed: Promise<Failure>;

  readonly #parts: LinkParts;
  readonly #admittedJobs: Set<JobId>;
  readonly #listeners = new Set<MessageListener>();
  readonly #keepalive: Keepalive;
  #endWith: (failure: Failure) => void = () => undefined;
  #isClosed = false;
  #hasEnded = false;
  #holds = 0;
  #openRedeems = 0;
  #sentBytes = 0;
  #unsentMessages = 0;
  #isPongUnsent = false;
  #latePing: number | null = null;
  #receivedBytes = 0;
  #successor: Link | null = null;
  #retireTimer: NodeJS.Timeout | undefined;
  #drained: () => void = () => undefined;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.peerId = parts.peerId;
    this.peerHello = parts.greeting.hello;
    this.remoteHost = parts.remoteHost;
    this.remotePort = parts.remotePort;
    this.isDialled = parts.isDialled;
    this.exportKey = parts.exportKey;
    this.#admittedJobs = new Set(parts.admittedJobs);
    this.closed = new Promise((resolve) => {
      this.#endWith = resolve;
    });
    this.#keepalive = new Keepalive({
      ping: (number) => this.#write({ kind: 'ping', number }),
      onDead: () => this.kill(new Failure('peer-gone', { reason: 'silent' })),
    });
  }

  get admission(): 'paired' | 'guest' {
    return this.#parts.isPaired() ? 'paired' : 'guest';
  }

  /** Row of the admission table that holds now. */
  get state(): LinkState {
    if (this.admission === 'paired') return 'paired';
    return this.#admittedJobs.size > 0 ? 'admitted' : 'guest';
  }

  /** Jobs an unpaired peer may drive over this link. */
  get admittedJobs(): ReadonlySet<JobId> {
    return this.#admittedJobs;
  }

  /** Lets the peer drive `job` though it is not paired: its code was right. */
  admitJob(job: JobId): void {
    this.#admittedJobs.add(job);
    this.#successor?.admitJob(job);
  }

  /** Smoothed; null until measured. */
  get roundTripMs(): number | null {
    return this.#successor?.roundTripMs ?? this.#keepalive.roundTripMs;
  }

  get isClosed(): boolean {
    return this.#successor?.isClosed ?? this.#isClosed;
  }

  /** Framed bytes handed to and taken from TLS, hello left out. */
  wireBytes(): { readonly sent: number; readonly received: number } {
    const later = this.#successor?.wireBytes() ?? { sent: 0, received: 0 };
    return { sent: this.#sentBytes + later.sent, received: this.#receivedBytes + later.received };
  }

  /** Begins to deliver messages. Listeners that must miss nothing are added before. */
  start(): void {
    const { stream } = this.#parts;
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('end', () => this.#ended(new Failure('peer-gone', { reason: 'ended' })));
    stream.on('error', (error) => this.#ended(toFailure(error, undefined, 'peer-gone')));
    stream.on('close', () => this.#ended(new Failure('peer-gone', { reason: 'closed' })));
    this.#drain();
    if (this.#holds === 0) stream.resume();
    if (stream.destroyed) this.#ended(new Failure('peer-gone', { reason: 'closed' }));
  }

  /**
   * Queues one message; order is kept. Throws Failure `peer-gone` when the link has ended or the peer has not
   * read for too long.
   */
  send(message: LinkMessage): void {
    if (this.#successor !== null) {
      this.#successor.send(message);
      return;
    }
    if (this.#isClosed) throw new Failure('peer-gone', { reason: 'closed' });
    if (message.kind === 'redeem') this.#openRedeems += 1;
    this.#write(message);
    if (this.#isRead) return;
    const failure = new Failure('peer-gone', { reason: 'does not read' });
    this.kill(failure);
    throw failure;
  }

  /** The same for what need not arrive: false where the link has ended. Never throws Failure. */
  tell(message: LinkMessage): boolean {
    try {
      this.send(message);
      return true;
    } catch (error) {
      if (toFailure(error).code !== 'peer-gone') throw error;
      return false;
    }
  }

  /** Hears every message from now on; a listener that throws a Failure ends the link with it. */
  onMessage(listener: MessageListener): () => void {
    this.#listeners.add(listener);
    this.#successor?.onMessage(listener);
    return () => this.#forget(listener);
  }

  /** Delivers nothing more until `work` settles: what comes next may depend on it. */
  holdWhile(work: Promise<unknown>): void {
    this.#holds += 1;
    this.#parts.stream.pause();
    const release = () => {
      this.#holds -= 1;
      this.#drain();
      if (this.#holds === 0 && !this.#isClosed) this.#parts.stream.resume();
    };
    work.then(release, release);
  }

  /** Ends the link after what was sent has been taken, within a second. */
  close(failure = new Failure('peer-gone', { reason: 'closed here' })): void {
    this.#successor?.close(failure);
    if (this.#finish(failure)) closeGently(this.#parts.stream);
  }

  /** Ends the link at once; nothing more goes out. */
  kill(failure: Failure): void {
    this.#successor?.kill(failure);
    this.#finish(failure);
    this.#parts.stream.destroy();
  }

  /**
   * Gives way to another link to the same peer: what was sent is delivered, what arrives still counts, holders
   * go on through `successor`. Resolves when nothing more can arrive here.
   */
  retire(successor: Link): Promise<void> {
    this.#successor = successor;
    successor.replacements = Math.max(successor.replacements, this.replacements + 1);
    for (const listener of this.#listeners) successor.onMessage(listener);
    for (const job of this.#admittedJobs) successor.admitJob(job);
    this.#keepalive.stop();
    void successor.closed.then(this.#endWith);
    const drained = new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
    const { stream } = this.#parts;
    stream.end();
    this.#retireTimer = setTimeout(() => stream.destroy(), RETIRED_MS);
    if (stream.destroyed || this.#hasEnded) this.#finish(new Failure('peer-gone'));
    return drained;
  }

  #forget(listener: MessageListener): void {
    this.#listeners.delete(listener);
    if (this.#successor !== null) this.#successor.#forget(listener);
  }

  #write(message: ControlMessage, sent: () => void = () => undefined): void {
    const frame = encodeControl(message);
    this.#sentBytes += frame.length;
    this.#unsentMessages += 1;
    this.#parts.stream.write(frame, () => {
      this.#unsentMessages -= 1;
      sent();
    });
  }

  /** Whether the peer reads: what waits to be sent to it is within bounds. */
  get #isRead(): boolean {
    const isFew = this.#unsentMessages <= MAX_UNSENT_MESSAGES;
    return isFew && this.#parts.stream.writableLength <= MAX_SEND_BUFFER_BYTES;
  }

  #take(chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    this.#keepalive.noteBytes();
    this.#parts.greeting.reader.push(chunk);
    this.#drain();
  }

  #drain(): void {
    const { reader } = this.#parts.greeting;
    try {
      while (this.#holds === 0 && !this.#isClosed) {
        const limitBytes = this.state === 'guest' ? MAX_PRE_AUTH_BYTES : MAX_CONTROL_FRAME_BYTES;
        const payload = reader.next(limitBytes);
        if (payload === null) break;
        this.#handle(decodeControl(payload, controlMessage));
      }
    } catch (error) {
      this.close(toFailure(error));
    }
    if (this.#hasEnded && this.#holds === 0) this.#finish(new Failure('peer-gone', { reason: 'ended' }));
  }

  #handle(message: ControlMessage): void {
    if (message.kind === 'ping') {
      if (this.#successor === null) this.#answerPing(message.number);
    } else if (message.kind === 'pong') {
      this.#keepalive.notePong(message.number);
    } else {
      this.#admit(message);
      this.#parts.deliver(this, message);
      for (const listener of [...this.#listeners]) listener(message);
      if (message.kind === 'refused') throw new Failure(message.code, { reason: 'refused by peer' });
    }
  }

  #answerPing(number: number): void {
    if (!this.#isRead) {
      throw new Failure('peer-gone', { reason: 'does not read' });
    }
    if (this.#isPongUnsent) {
      // Only the last answer counts at the other end, so pings that come in a heap are answered once.
      this.#latePing = number;
      return;
    }
    this.#isPongUnsent = true;
    this.#write({ kind: 'pong', number }, () => {
      this.#isPongUnsent = false;
      const late = this.#latePing;
      this.#latePing = null;
      if (late !== null && !this.#isClosed) this.#answerPing(late);
    });
  }

  #admit(message: LinkMessage): void {
    const openRedeems = this.#openRedeems;
    if (!isAdmitted(message, { state: this.state, admittedJobs: this.#admittedJobs, openRedeems })) {
      // Said in the open so that a device that was unpaired here learns why it is cut off.
      if (this.admission === 'guest') this.send({ kind: 'refused', code: 'not-paired' });
      throw new Failure('peer-misbehaved', { reason: `${message.kind} from ${this.state}` });
    }
    if (message.kind !== 'redeemed') return;
    this.#openRedeems -= 1;
    this.admitJob(message.job);
  }

  #ended(failure: Failure): void {
    this.#hasEnded = true;
    if (this.#holds === 0) this.#finish(failure);
  }

  /** Whether this call ended it. */
  #finish(failure: Failure): boolean {
    if (this.#isClosed) return false;
    this.#isClosed = true;
    clearTimeout(this.#retireTimer);
    this.#keepalive.stop();
    if (this.#successor === null) this.#endWith(failure);
    this.#drained();
    // Writes after an error report it again; the first one was told.
    this.#parts.stream.on('error', () => undefined);
    if (this.#hasEnded) this.#parts.stream.destroy();
    return true;
  }
}
