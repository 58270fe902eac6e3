import { Failure } from '../shared/failure.ts';
import type { PausablePort } from './port.ts';

/** `MessagePort` of browsers and of worker threads. */
export interface DomMessagePort {
  postMessage(message: unknown): void;
  addEventListener(
    type: 'message' | 'messageerror' | 'close',
    listener: (event: { readonly type: string }) => void,
  ): void;
  start(): void;
  close(): void;
}

/** `MessagePortMain` of Electron's own processes. */
export interface ElectronMessagePort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** Messages that may be under way unread; a message channel itself would hold any number of them. */
const WINDOW_MESSAGES = 64;

/** What goes over the channel: neither kind of channel says how much lies unread, so each end tells the other. */
type Envelope =
  | { readonly kind: 'message'; readonly message: unknown }
  | { readonly kind: 'taken'; readonly count: number }
  /** Not every channel tells that the other end has closed it. */
  | { readonly kind: 'end' };

function readEnvelope(data: unknown): Envelope | null {
  if (typeof data !== 'object' || data === null || !('kind' in data)) return null;
  if (data.kind === 'end') return { kind: 'end' };
  if (data.kind === 'message' && 'message' in data) return { kind: 'message', message: data.message };
  if (data.kind !== 'taken' || !('count' in data)) return null;
  const { count } = data;
  return typeof count === 'number' && Number.isInteger(count) && count > 0 ? { kind: 'taken', count } : null;
}

/**
 * A carrier over a message channel: between a window and the engine's process, between two threads. Both ends
 * must be made by this function. Owns the channel from here on. {@link PausablePort.pause} only stops telling
 * the other end that messages were taken: its window fills, and it slows down.
 */
export function createMessagePortPort(channel: DomMessagePort | ElectronMessagePort): PausablePort {
  return new MessagePortPort(channel);
}

class MessagePortPort implements PausablePort {
  readonly closed: Promise<Failure | null>;
  readonly #channel: DomMessagePort | ElectronMessagePort;
  readonly #early: unknown[] = [];
  #listener: ((message: unknown) => void) | null = null;
  #onDrain: () => void = () => undefined;
  /** Sent and not yet told to be taken. */
  #underWay = 0;
  #slow = false;
  #paused = false;
  /** Taken and not yet told, because this end is paused. */
  #untold = 0;
  #open = true;
  #resolveClosed: (failure: Failure | null) => void = () => undefined;

  constructor(channel: DomMessagePort | ElectronMessagePort) {
    this.#channel = channel;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    if ('addEventListener' in channel) {
      channel.addEventListener('message', (event) => this.#receive('data' in event ? event.data : undefined));
      channel.addEventListener('messageerror', () => this.#refuse());
      channel.addEventListener('close', () => this.#end(null));
    } else {
      channel.on('message', ({ data }) => this.#receive(data));
      channel.on('close', () => this.#end(null));
    }
    channel.start();
  }

  send(message: unknown): boolean {
    if (!this.#open) return false;
    try {
      this.#post({ kind: 'message', message });
    } catch (error) {
      throw new Failure('internal', { reason: 'message cannot be cloned' }, error);
    }
    this.#underWay += 1;
    if (this.#underWay >= WINDOW_MESSAGES) this.#slow = true;
    return !this.#slow;
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
    for (const message of this.#early.splice(0)) this.#deliver(message, listener);
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (this.#untold === 0 || !this.#open) return;
    this.#post({ kind: 'taken', count: this.#untold });
    this.#untold = 0;
  }

  close(failure?: Failure): void {
    if (!this.#open) return;
    this.#post({ kind: 'end' });
    this.#end(failure ?? null);
  }

  #post(envelope: Envelope): void {
    this.#channel.postMessage(envelope);
  }

  #refuse(): void {
    this.close(new Failure('internal', { reason: 'malformed bridge message' }));
  }

  #end(failure: Failure | null): void {
    if (!this.#open) return;
    this.#open = false;
    this.#channel.close();
    this.#resolveClosed(failure);
  }

  #receive(data: unknown): void {
    if (!this.#open) return;
    const envelope = readEnvelope(data);
    switch (envelope?.kind) {
      case 'message':
        if (this.#listener === null) this.#early.push(envelope.message);
        else this.#deliver(envelope.message, this.#listener);
        return;
      case 'taken':
        this.#taken(envelope.count);
        return;
      case 'end':
        this.#end(null);
        return;
      case undefined:
        this.#refuse();
        return;
    }
  }

  #deliver(message: unknown, listener: (message: unknown) => void): void {
    listener(message);
    this.#untold += 1;
    if (!this.#paused) this.resume();
  }

  #taken(count: number): void {
    if (count > this.#underWay) {
      this.#refuse();
      return;
    }
    this.#underWay -= count;
    if (!this.#slow || this.#underWay > WINDOW_MESSAGES / 2) return;
    this.#slow = false;
    this.#onDrain();
  }
}
