import type { CallName, EngineApi } from '../shared/engine-api.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import { clientMessage } from './client-message.ts';
import { CONTRACT, isCallName } from './contract.ts';
import { EventQueue } from './event-queue.ts';
import type { ClientMessage, HostMessage } from './messages.ts';
import { BRIDGE_VERSION, MAX_CALLS_IN_FLIGHT } from './messages.ts';
import type { Carrier, Port } from './port.ts';

/** What a host may want to know about the front end at the other end. */
export interface HostHooks {
  /** The client has said that it shows offers to a person. */
  onAnswersOffers?(): void;
}

/**
 * Serves `engine` over `port` until either ends. Everything that comes in is checked: a frame that is no
 * message closes the port; an unknown call, a forbidden one or a wrong input is answered with a failure.
 * Closing the port cancels its calls. `eventQueue` is given only by tests.
 */
export function servePort(
  engine: EngineApi,
  port: Port,
  carrier: Carrier,
  hooks: HostHooks = {},
  eventQueue: EventQueue = new EventQueue(),
): void {
  new PortHost(engine, port, carrier, hooks, eventQueue).start();
}

class PortHost {
  readonly #engine: EngineApi;
  readonly #port: Port;
  readonly #carrier: Carrier;
  readonly #hooks: HostHooks;
  readonly #queue: EventQueue;
  readonly #inFlight = new Map<number, AbortController>();
  #subscription: AbortController | null = null;
  #greeted = false;
  #slow = false;

  constructor(engine: EngineApi, port: Port, carrier: Carrier, hooks: HostHooks, queue: EventQueue) {
    this.#engine = engine;
    this.#port = port;
    this.#carrier = carrier;
    this.#hooks = hooks;
    this.#queue = queue;
  }

  start(): void {
    this.#port.onDrain(() => {
      this.#slow = false;
      this.#flushEvents();
    });
    this.#port.onMessage((message) => this.#receive(message));
    void this.#port.closed.then(() => this.#release());
    void this.#engine.closed.then((failure) => this.#port.close(failure ?? undefined));
  }

  #release(): void {
    this.#subscription?.abort();
    this.#subscription = null;
    this.#queue.clear();
    for (const controller of this.#inFlight.values()) controller.abort();
    this.#inFlight.clear();
  }

  #send(message: HostMessage): void {
    if (!this.#port.send(message)) this.#slow = true;
  }

  #receive(raw: unknown): void {
    const parsed = clientMessage.safeParse(raw);
    if (!parsed.success) {
      this.#port.close(new Failure('internal', { reason: 'malformed bridge message' }));
      return;
    }
    const message = parsed.data;
    if (this.#greeted === (message.kind === 'hello')) {
      this.#port.close(new Failure('internal', { reason: 'bridge message out of order' }));
      return;
    }
    this.#handle(message);
  }

  #handle(message: ClientMessage): void {
    switch (message.kind) {
      case 'hello':
        this.#greeted = true;
        this.#send({ kind: 'hello', version: BRIDGE_VERSION });
        if (message.version !== BRIDGE_VERSION) this.#port.close();
        else if (message.answersOffers) this.#hooks.onAnswersOffers?.();
        return;
      case 'call':
        this.#answer(message.id, (signal) => this.#call(message.name, message.input, signal));
        return;
      case 'snapshot':
        this.#answer(message.id, (signal) => this.#engine.snapshot(signal));
        return;
      case 'cancel':
        this.#inFlight.get(message.id)?.abort();
        this.#inFlight.delete(message.id);
        return;
      case 'subscribe':
        this.#subscribe();
        return;
      case 'unsubscribe':
        this.#subscription?.abort();
        this.#subscription = null;
        this.#queue.clear();
        return;
    }
  }

  async #call(name: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    if (!isCallName(name)) throw new Failure('usage', { reason: 'unknown call', subject: name });
    if (!CONTRACT[name].carriers.includes(this.#carrier)) throw new Failure('no-right', { subject: name });
    return await this.#callChecked(name, input, signal);
  }

  async #callChecked<Name extends CallName>(
    name: Name,
    input: unknown,
    signal: AbortSignal,
  ): Promise<unknown> {
    const rule = CONTRACT[name];
    const schema = this.#carrier === 'browser' ? (rule.browserInput ?? rule.input) : rule.input;
    const checked = schema.safeParse(input);
    if (!checked.success) {
      const where = checked.error.issues[0]?.path.join('.') ?? '';
      throw new Failure('usage', { reason: `wrong input for ${name}`, subject: where });
    }
    return await this.#engine.call(name, checked.data, signal);
  }

  #answer(id: number, work: (signal: AbortSignal) => Promise<unknown>): void {
    if (this.#inFlight.has(id) || this.#inFlight.size >= MAX_CALLS_IN_FLIGHT) {
      this.#port.close(new Failure('internal', { reason: 'bridge call id in use, or too many calls' }));
      return;
    }
    const controller = new AbortController();
    this.#inFlight.set(id, controller);
    void this.#settle(id, controller, work);
  }

  async #settle(
    id: number,
    controller: AbortController,
    work: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    let message: HostMessage;
    try {
      message = { kind: 'reply', id, output: await work(controller.signal) };
    } catch (error) {
      message = { kind: 'failure', id, failure: toFailure(error).toData() };
    }
    // cancelled, or the port is gone: nobody waits for it
    if (this.#inFlight.get(id) !== controller) return;
    this.#inFlight.delete(id);
    try {
      this.#send(message);
    } catch (error) {
      this.#send({ kind: 'failure', id, failure: toFailure(error).toData() });
    }
  }

  #subscribe(): void {
    if (this.#subscription !== null) return;
    this.#subscription = new AbortController();
    this.#engine.subscribe((item) => {
      this.#queue.add(item);
      if (!this.#slow) this.#flushEvents();
    }, this.#subscription.signal);
  }

  #flushEvents(): void {
    while (!this.#slow) {
      const item = this.#queue.take();
      if (item === null) return;
      try {
        this.#send(item === 'resync' ? { kind: 'resync' } : { kind: 'event', ...item });
      } catch (error) {
        // an event that cannot be sent would be a silent gap; a closed port is seen
        this.#port.close(toFailure(error));
        return;
      }
    }
  }
}
