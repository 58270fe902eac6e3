import { Failure } from '../../../shared/failure.ts';
import {
  decodeWant,
  encodeAnswer,
  MAX_PAGE_FRAME_BYTES,
  MAX_UNTAKEN_LISTINGS,
  PAGE_CLOSE,
  PAGE_FRAME,
} from '../../../shared/page-frames.ts';
import type { HeldSelection } from './held-selection.ts';
import { type ListedFile, listSelection } from './list-selection.ts';
import { ReadAhead } from './read-ahead.ts';
import { readPieces } from './read-pieces.ts';

/** How serving a selection ended. */
export type PageFilesEnd =
  /** All jobs of the ticket have ended: nothing more is read. */
  | 'done'
  /** Another page has taken over. */
  | 'replaced'
  /** The connection is gone; `page.resume` gives a ticket to go on with. */
  | 'lost'
  /** The device would not have it; a new ticket may help. */
  | 'refused'
  /** This page has closed it. */
  | 'closed';

const ENDS: Readonly<Record<number, PageFilesEnd>> = {
  [PAGE_CLOSE.done]: 'done',
  [PAGE_CLOSE.replaced]: 'replaced',
  [PAGE_CLOSE.misbehaved]: 'refused',
};

/** The part of a WebSocket that is used here. */
export interface PageWebSocket {
  binaryType: string;
  /** `data` may be overwritten as soon as this returns. */
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void;
}

/** Where the socket for a ticket is opened, on the host that the page came from (`location.host`). */
export function pageFilesUrl(host: string, ticket: string): string {
  return `ws://${host}/page-files?ticket=${encodeURIComponent(ticket)}`;
}

/**
 * Serves a held selection over a socket of its own: lists it once, then answers what the device asks for. How much
 * is under way is decided there, since a browser cannot tell when its socket has room.
 */
export class PageFilesServer {
  readonly #socket: PageWebSocket;
  readonly #selection: HeldSelection;
  readonly #files: ListedFile[] = [];
  readonly #ahead = new ReadAhead();
  readonly #ended = Promise.withResolvers<PageFilesEnd>();
  #untaken = 0;
  #wake: (() => void) | null = null;
  #isEnded = false;
  /** Every answer is written here: a socket has taken or copied it when `send` returns. */
  #answerRoom = new Uint8Array(0);

  /** Owns `socket`, which may still be connecting. */
  constructor(selection: HeldSelection, socket: PageWebSocket) {
    this.#selection = selection;
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => void this.#list());
    socket.addEventListener('message', ({ data }) => this.#receive(data));
    socket.addEventListener('close', ({ code }) => this.#end(ENDS[code] ?? 'lost'));
  }

  /** Resolves when nothing is read any more. */
  get ended(): Promise<PageFilesEnd> {
    return this.#ended.promise;
  }

  /** Whether leaving the page would interrupt a copy: ask first, in `beforeunload`. */
  get isBusy(): boolean {
    return !this.#isEnded;
  }

  /** Stops serving; the jobs wait for a page from then on. */
  close(): void {
    this.#end('closed');
    this.#socket.close();
  }

  #end(end: PageFilesEnd): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#wake?.();
    this.#ended.resolve(end);
  }

  async #list(): Promise<void> {
    for await (const frame of listSelection(this.#selection.items, this.#files)) {
      if (this.#untaken >= MAX_UNTAKEN_LISTINGS) await this.#untilTaken();
      if (this.#isEnded) return;
      this.#untaken += 1;
      this.#socket.send(frame);
    }
    if (!this.#isEnded) this.#socket.send(new Uint8Array([PAGE_FRAME.listingEnd]));
  }

  #untilTaken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #receive(data: unknown): void {
    if (this.#isEnded || !(data instanceof ArrayBuffer)) return;
    const frame = new Uint8Array(data);
    switch (frame[0]) {
      case PAGE_FRAME.taken:
        this.#untaken -= 1;
        this.#wake?.();
        this.#wake = null;
        return;
      case PAGE_FRAME.want:
        void this.#answer(frame);
        return;
      default:
        this.close();
    }
  }

  async #answer(frame: Uint8Array): Promise<void> {
    try {
      const { id, pieces } = decodeWant(frame);
      const { outcomes, contents } = await readPieces(pieces, this.#files, this.#ahead);
      if (this.#isEnded) return;
      this.#socket.send(encodeAnswer(id, outcomes, contents, (bytes) => this.#roomFor(bytes)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.close();
    }
  }

  #roomFor(bytes: number): Uint8Array<ArrayBuffer> {
    if (bytes > this.#answerRoom.length)
      this.#answerRoom = new Uint8Array(Math.max(bytes, MAX_PAGE_FRAME_BYTES));
    return this.#answerRoom.subarray(0, bytes);
  }
}
