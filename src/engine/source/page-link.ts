import type { MessagePort } from 'node:worker_threads';
import { Failure, toFailure } from '../../shared/failure.ts';
import {
  answerId,
  decodeAnswer,
  type PageAnswer,
  type PagePiece,
  type PageRecord,
  readPageRecords,
} from '../../shared/page-frames.ts';
import type { FromPage, ToPage } from '../../shared/page-port.ts';

/** Wants under way to the page; the rest wait here. With the largest answers that is 16 MiB. */
const MAX_WANTS = 16;

interface Want {
  readonly pieces: readonly PagePiece[];
  /** Null: the page is gone. */
  readonly settle: (answer: PageAnswer | null) => void;
}

/** What a link tells its source. */
export interface PageLinkEvents {
  /** @throws Failure `peer-misbehaved`. */
  readonly onRecords: (records: readonly PageRecord[]) => void;
  /** @throws Failure `peer-misbehaved`. */
  readonly onEnd: () => void;
  /** The page is gone, or was sent away because it broke the rules. Told once. */
  readonly onGone: () => void;
}

/** The way to one page: the data worker's end of the port that the web worker has the other end of. */
export class PageLink {
  readonly #port: MessagePort;
  readonly #events: PageLinkEvents;
  readonly #wants = new Map<number, Want>();
  readonly #queue: Want[] = [];
  #nextId = 1;
  #isClosed = false;

  /** Owns `port`. */
  constructor(port: MessagePort, events: PageLinkEvents) {
    this.#port = port;
    this.#events = events;
    port.on('message', (message: FromPage) => this.#take(message));
    port.on('close', () => this.close());
  }

  /** Asks for pieces of files, at most one answer's worth; null when the page goes before it answers. */
  ask(pieces: readonly PagePiece[]): Promise<PageAnswer | null> {
    return new Promise((settle) => {
      if (this.#isClosed) settle(null);
      else this.#queue.push({ pieces, settle });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#wants.size < MAX_WANTS) {
      const want = this.#queue.shift();
      if (want === undefined) return;
      const id = this.#nextId;
      this.#nextId = (this.#nextId + 1) >>> 0;
      this.#wants.set(id, want);
      this.#send({ kind: 'want', id, pieces: want.pieces });
    }
  }

  #send(message: ToPage): void {
    this.#port.postMessage(message);
  }

  #take(message: FromPage): void {
    if (this.#isClosed) return;
    try {
      switch (message.kind) {
        case 'listing':
          this.#events.onRecords(readPageRecords(new Uint8Array(message.frame)));
          return;
        case 'listing-end':
          this.#events.onEnd();
          return;
        case 'answer':
          this.#answer(new Uint8Array(message.frame));
      }
    } catch (error) {
      const { code, reason } = toFailure(error);
      this.#send({ kind: 'misbehaved', reason: reason ?? code });
      this.close();
    }
  }

  #answer(frame: Uint8Array): void {
    const id = answerId(frame);
    const want = this.#wants.get(id);
    if (want === undefined) throw new Failure('peer-misbehaved', { reason: 'answer to nothing asked' });
    const answer = decodeAnswer(frame, want.pieces);
    this.#wants.delete(id);
    want.settle(answer);
    this.#pump();
  }

  /** Says why nothing more will be asked, and lets go. */
  finish(why: 'replaced' | 'ended'): void {
    if (!this.#isClosed) this.#send({ kind: why });
    this.close();
  }

  /** Lets go of the port; whoever waits for an answer hears that there is none. Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#port.close();
    const waiting = [...this.#wants.values(), ...this.#queue.splice(0)];
    this.#wants.clear();
    for (const want of waiting) want.settle(null);
    this.#events.onGone();
  }
}
