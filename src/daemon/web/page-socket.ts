import type { MessagePort } from 'node:worker_threads';
import type { RawData, WebSocket } from 'ws';
import { Failure, toFailure } from '../../shared/failure.ts';
import {
  answerId,
  decodeAnswer,
  encodeWant,
  MAX_LISTING_FRAME_BYTES,
  MAX_PAGE_ENTRIES,
  MAX_PAGE_FRAME_BYTES,
  PAGE_CLOSE,
  PAGE_FRAME,
  type PagePiece,
  readPageRecords,
  renumberAnswer,
} from '../../shared/page-frames.ts';
import type { FromPage, ToPage } from '../../shared/page-port.ts';

/**
 * Wants that the page has at once, over all jobs; the rest wait here. A browser cannot tell when its socket has
 * room, so this is what bounds its memory: with the largest answers 16 MiB.
 */
const MAX_OPEN_WANTS = 16;
/** A page that owes an answer and says nothing for this long is frozen or gone, whatever its socket says. */
const SILENCE_MS = 30_000;

interface Want {
  readonly port: MessagePort;
  /** As the data worker numbered it. */
  readonly id: number;
  readonly pieces: readonly PagePiece[];
}

/**
 * One page's socket in the web worker. Its listing goes to every job, wants of all jobs go to the page under
 * numbers of their own, and answers go back by handing their memory over. Everything that comes is checked here
 * as far as one frame shows it; the data workers, which remember the tree, check the rest.
 */
export class PageSocket {
  readonly #socket: WebSocket;
  readonly #ports: Set<MessagePort>;
  readonly #open = new Map<number, Want>();
  readonly #queue: Want[] = [];
  #nextId = 1;
  /** Of the listing, so far. */
  #records = 0;
  #silence: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** Owns both; every port is one job's. */
  constructor(socket: WebSocket, ports: readonly MessagePort[]) {
    this.#socket = socket;
    this.#ports = new Set(ports);
    socket.binaryType = 'arraybuffer';
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => this.#close());
    socket.on('error', () => this.#close());
    for (const port of ports) {
      port.on('message', (message: ToPage) => this.#take(port, message));
      port.on('close', () => this.#left(port, PAGE_CLOSE.ended, 'ended'));
    }
    if (ports.length === 0) this.#end(PAGE_CLOSE.done, 'done');
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#isClosed) return;
    try {
      if (!isBinary || !(data instanceof ArrayBuffer)) throw misbehaved('not binary');
      this.#accept(data);
    } catch (error) {
      this.#refuse(toFailure(error).reason ?? 'internal');
    }
  }

  #accept(data: ArrayBuffer): void {
    const frame = new Uint8Array(data);
    if (frame.length > MAX_PAGE_FRAME_BYTES) throw misbehaved('frame too large');
    switch (frame[0]) {
      case PAGE_FRAME.listing:
        if (frame.length > MAX_LISTING_FRAME_BYTES) throw misbehaved('frame too large');
        this.#listed(readPageRecords(frame).length);
        for (const port of this.#ports) send(port, { kind: 'listing', frame: data });
        this.#socket.send(new Uint8Array([PAGE_FRAME.taken]));
        return;
      case PAGE_FRAME.listingEnd:
        if (frame.length !== 1) throw misbehaved('listing end');
        for (const port of this.#ports) send(port, { kind: 'listing-end' });
        return;
      case PAGE_FRAME.answer:
        return this.#answer(data, frame);
      default:
        throw misbehaved('unknown frame');
    }
  }

  /** Bounds what a page can put into the queues of the data workers, however slow they are. */
  #listed(records: number): void {
    this.#records += Math.max(1, records);
    if (this.#records > 2 * MAX_PAGE_ENTRIES) throw misbehaved('too many entries');
  }

  #answer(data: ArrayBuffer, frame: Uint8Array): void {
    const number = answerId(frame);
    const want = this.#open.get(number);
    if (want === undefined) throw misbehaved('answer to nothing asked');
    decodeAnswer(frame, want.pieces);
    this.#open.delete(number);
    this.#listen();
    if (this.#ports.has(want.port)) {
      renumberAnswer(frame, want.id);
      send(want.port, { kind: 'answer', frame: data }, [data]);
    }
    this.#pump();
  }

  #take(port: MessagePort, message: ToPage): void {
    if (this.#isClosed) return;
    switch (message.kind) {
      case 'want':
        this.#queue.push({ port, id: message.id, pieces: message.pieces });
        this.#pump();
        return;
      case 'misbehaved':
        this.#refuse(message.reason);
        return;
      case 'replaced':
        this.#left(port, PAGE_CLOSE.replaced, 'replaced');
        return;
      case 'ended':
        this.#left(port, PAGE_CLOSE.done, 'done');
    }
  }

  #pump(): void {
    while (this.#open.size < MAX_OPEN_WANTS) {
      const want = this.#queue.shift();
      if (want === undefined) return;
      if (!this.#ports.has(want.port)) continue;
      const number = this.#nextId;
      this.#nextId = (this.#nextId + 1) >>> 0;
      this.#open.set(number, want);
      this.#socket.send(encodeWant(number, want.pieces));
      if (this.#silence === null) this.#listen();
    }
  }

  /** Begins to count the page's silence anew, if it owes anything. */
  #listen(): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence =
      this.#open.size === 0 ? null : setTimeout(() => this.#end(PAGE_CLOSE.silent, 'silent'), SILENCE_MS);
  }

  /** A job needs this page no more; with the last of them the socket goes. */
  #left(port: MessagePort, code: number, reason: string): void {
    port.close();
    if (this.#ports.delete(port) && this.#ports.size === 0) this.#end(code, reason);
  }

  #refuse(reason: string): void {
    this.#end(PAGE_CLOSE.misbehaved, `peer-misbehaved: ${reason}`.slice(0, 100));
  }

  /** Closes the socket with a word; the jobs wait for another page from now on. */
  #end(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#close();
    this.#socket.close(code, reason);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#silence !== null) clearTimeout(this.#silence);
    for (const port of this.#ports) port.close();
    this.#ports.clear();
    this.#open.clear();
    this.#queue.length = 0;
  }
}

function send(port: MessagePort, message: FromPage, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, [...transfer]);
}

function misbehaved(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}
