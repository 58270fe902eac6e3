import { Failure, isFailureCode, toFailure } from '../shared/failure.ts';
import type { Port } from './port.ts';

/** What this carrier needs of a page's WebSocket. */
export interface PageWebSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  addEventListener(
    type: 'open' | 'message' | 'close' | 'error',
    listener: (event: { readonly type: string }) => void,
  ): void;
  close(code?: number): void;
}

/** With more than this unsent the engine reads more slowly than this page writes. */
const SLOW_BYTES = 1024 * 1024;
/** A page's WebSocket does not tell when it has sent what it held. */
const DRAIN_STEP_MS = 50;

const NORMAL_CLOSE = 1000;
/** Codes with which a server ends in order: normal, going away, none given. */
const ORDERLY: ReadonlySet<unknown> = new Set([NORMAL_CLOSE, 1001, 1005]);

/**
 * A carrier to the engine behind `url` (`ws://host/bridge`), for a page; the page's cookie goes with it. `open`
 * makes the socket, for tests. Throws Failure: `unreachable` when nobody is there or the session is not known
 * (a browser tells no difference), `cancelled`.
 */
export async function connectWebSocket(
  url: string,
  signal: AbortSignal,
  open: (url: string) => PageWebSocket = (at) => new WebSocket(at),
): Promise<Port> {
  if (signal.aborted) throw new Failure('cancelled');
  const socket = open(url);
  const port = new WebSocketClientPort(socket);
  const abort = (): void => socket.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const isOpen = await Promise.race([port.opened.then(() => true), port.closed.then(() => false)]);
    if (signal.aborted) throw new Failure('cancelled');
    if (!isOpen) throw new Failure('unreachable', { subject: url });
    return port;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

class WebSocketClientPort implements Port {
  readonly opened: Promise<void>;
  readonly closed: Promise<Failure | null>;
  readonly #socket: PageWebSocket;
  readonly #early: unknown[] = [];
  #failure: Failure | null = null;
  #listener: ((message: unknown) => void) | null = null;
  #onDrain: () => void = () => undefined;
  #slow = false;
  #open = true;

  constructor(socket: PageWebSocket) {
    this.#socket = socket;
    this.opened = new Promise((resolve) => {
      socket.addEventListener('open', () => resolve());
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', (event) => {
        this.#open = false;
        resolve(this.#failure ?? failureOfClose(event));
      });
    });
    // always followed by a close
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('message', (event) => this.#receive('data' in event ? event.data : undefined));
  }

  send(message: unknown): boolean {
    if (!this.#open) return false;
    this.#socket.send(JSON.stringify(message));
    if (this.#socket.bufferedAmount > SLOW_BYTES && !this.#slow) {
      this.#slow = true;
      this.#waitForDrain();
    }
    return !this.#slow;
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  close(failure?: Failure): void {
    if (!this.#open) return;
    this.#open = false;
    this.#failure = failure ?? null;
    this.#socket.close(NORMAL_CLOSE);
  }

  #waitForDrain(): void {
    setTimeout(() => {
      if (!this.#open) return;
      if (this.#socket.bufferedAmount > SLOW_BYTES / 2) {
        this.#waitForDrain();
        return;
      }
      this.#slow = false;
      this.#onDrain();
    }, DRAIN_STEP_MS);
  }

  #receive(data: unknown): void {
    if (!this.#open) return;
    let message: unknown;
    try {
      if (typeof data !== 'string') throw new Failure('internal', { reason: 'no text frame' });
      message = JSON.parse(data);
    } catch (error) {
      this.close(toFailure(error));
      return;
    }
    if (this.#listener === null) this.#early.push(message);
    else this.#listener(message);
  }
}

/** The host names its failure in the close frame; a cut connection has no frame. */
function failureOfClose(event: object): Failure | null {
  const code = 'code' in event ? event.code : undefined;
  const reason = 'reason' in event && typeof event.reason === 'string' ? event.reason : '';
  if (ORDERLY.has(code)) return null;
  if (isFailureCode(reason)) return new Failure(reason);
  return new Failure('interrupted', { reason: 'connection lost' });
}
