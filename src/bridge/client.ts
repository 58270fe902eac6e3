import type {
  CallInput,
  CallName,
  CallOutput,
  EngineApi,
  NumberedEvent,
  Snapshot,
} from '../shared/engine-api.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import { BRIDGE_VERSION, type ClientMessage } from './messages.ts';
import { hasOutputShape } from './output-shapes.ts';
import type { Port } from './port.ts';
import { readHostMessage } from './read-host-message.ts';
import { ResyncMemory } from './resync-memory.ts';

/** How long the host may take to say hello; it is on this machine. */
const HELLO_TIMEOUT_MS = 5_000;

export interface ClientOptions {
  /** This front end shows offers to a person who can answer them. */
  readonly answersOffers: boolean;
}

/**
 * An engine reached through `port`. Resolves when its host has said hello. Failures keep their code; aborting
 * a call cancels it at the host; when the port ends, calls fail with its failure, or `interrupted`.
 * Throws Failure: `timeout`, `older-peer`, `newer-peer`, or why the port closed.
 */
export async function createClient(
  port: Port,
  options: ClientOptions,
  signal: AbortSignal,
): Promise<EngineApi> {
  const client = new BridgeClient(port);
  try {
    await client.greet(options, AbortSignal.any([signal, AbortSignal.timeout(HELLO_TIMEOUT_MS)]));
  } catch (error) {
    port.close();
    if (signal.aborted || error instanceof Failure) throw toFailure(error);
    throw new Failure('timeout', { reason: 'no hello from the engine' }, error);
  }
  return client;
}

interface Waiting {
  resolve(output: unknown): void;
  reject(failure: Failure): void;
}

class BridgeClient implements EngineApi {
  readonly closed: Promise<Failure | null>;
  readonly #port: Port;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(event: NumberedEvent) => void>();
  readonly #memory = new ResyncMemory();
  readonly #hello: Promise<number>;
  readonly #ended = new AbortController();
  #helloArrived: (version: number) => void = () => undefined;
  #lastId = 0;

  constructor(port: Port) {
    this.#port = port;
    this.closed = port.closed;
    this.#hello = new Promise((resolve) => {
      this.#helloArrived = resolve;
    });
    port.onMessage((message) => this.#receive(message));
    void port.closed.then((failure) => this.#end(failure));
  }

  async greet(options: ClientOptions, signal: AbortSignal): Promise<void> {
    this.#send({ kind: 'hello', version: BRIDGE_VERSION, answersOffers: options.answersOffers });
    const version = await Promise.race([
      this.#hello,
      rejectOnAbort(signal),
      this.closed.then((failure) => {
        throw failure ?? new Failure('interrupted', { reason: 'engine ended' });
      }),
    ]);
    if (version !== BRIDGE_VERSION) {
      const code = version < BRIDGE_VERSION ? 'older-peer' : 'newer-peer';
      throw new Failure(code, { reason: 'the Ferry that runs on this machine has another version' });
    }
  }

  async call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    signal: AbortSignal,
  ): Promise<CallOutput<Name>> {
    const output = await this.#ask((id) => ({ kind: 'call', id, name, input }), signal);
    if (!hasOutputShape(name, output)) throw new Failure('internal', { reason: `wrong answer to ${name}` });
    // the shape was checked just above; the rest is the promise of the contract, which both ends share
    return output as CallOutput<Name>;
  }

  async snapshot(signal: AbortSignal): Promise<Snapshot> {
    const snapshot = await this.#ask((id) => ({ kind: 'snapshot', id }), signal);
    if (!isSnapshot(snapshot)) throw new Failure('internal', { reason: 'wrong snapshot' });
    return snapshot;
  }

  subscribe(listener: (event: NumberedEvent) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#send({ kind: 'subscribe' });
    signal.addEventListener(
      'abort',
      () => {
        if (this.#listeners.delete(listener) && this.#listeners.size === 0) {
          this.#memory.clear();
          this.#send({ kind: 'unsubscribe' });
        }
      },
      { once: true },
    );
  }

  #send(message: ClientMessage): void {
    this.#port.send(message);
  }

  async #ask(toMessage: (id: number) => ClientMessage, signal: AbortSignal): Promise<unknown> {
    if (signal.aborted) throw new Failure('cancelled');
    if (this.#ended.signal.aborted) throw this.#endFailure();
    this.#lastId += 1;
    const id = this.#lastId;
    const onAbort = (): void => {
      this.#waiting.get(id)?.reject(new Failure('cancelled'));
      this.#send({ kind: 'cancel', id });
    };
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        signal.addEventListener('abort', onAbort, { once: true });
        this.#send(toMessage(id));
      });
    } finally {
      this.#waiting.delete(id);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #receive(raw: unknown): void {
    const message = readHostMessage(raw);
    if (message === null) {
      this.#port.close(new Failure('internal', { reason: 'malformed bridge message' }));
      return;
    }
    switch (message.kind) {
      case 'hello':
        this.#helloArrived(message.version);
        return;
      case 'reply':
        this.#waiting.get(message.id)?.resolve(message.output);
        return;
      case 'failure': {
        const { code, ...detail } = message.failure;
        this.#waiting.get(message.id)?.reject(new Failure(code, detail));
        return;
      }
      case 'event':
        this.#deliver({ number: message.number, event: message.event });
        return;
      case 'resync':
        void this.#resync();
        return;
    }
  }

  #deliver(item: NumberedEvent): void {
    this.#memory.note(item.event);
    for (const listener of this.#listeners) listener(item);
  }

  /** The host had to drop events: the snapshot is told as events, removals included. */
  async #resync(): Promise<void> {
    try {
      const snapshot = await this.snapshot(this.#ended.signal);
      for (const event of this.#memory.toEvents(snapshot)) {
        this.#deliver({ number: snapshot.number, event });
      }
    } catch (error) {
      if (!this.#ended.signal.aborted) this.#port.close(toFailure(error));
    }
  }

  #endFailure(): Failure {
    const reason: unknown = this.#ended.signal.reason;
    return reason instanceof Failure ? reason : new Failure('interrupted', { reason: 'engine ended' });
  }

  #end(failure: Failure | null): void {
    this.#ended.abort(failure ?? new Failure('interrupted', { reason: 'engine ended' }));
    for (const waiting of this.#waiting.values()) waiting.reject(this.#endFailure());
    this.#waiting.clear();
    this.#listeners.clear();
  }
}

function isSnapshot(value: unknown): value is Snapshot {
  if (typeof value !== 'object' || value === null) return false;
  const { device, peers, offers, jobs, pairings, networkTests, number } = value as Record<
    keyof Snapshot,
    unknown
  >;
  return (
    typeof device === 'object' &&
    [peers, offers, jobs, pairings, networkTests].every((items) => Array.isArray(items)) &&
    typeof number === 'number'
  );
}

async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return await new Promise((_resolve, reject) => {
    const fail = (): void => reject(toFailure(signal.reason, undefined, 'timeout'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
