import { setTimeout as delay } from 'node:timers/promises';
import { Failure, type FailureData } from '../shared/failure.ts';
import { fromEngineProcess, type ToEngineProcess } from './engine-messages.ts';

/** The engine's process as its supervisor holds it; `Port` is one end of a channel. */
export interface EngineChild<Port> {
  post(message: ToEngineProcess, port: Port | null): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Once, however it ended. */
  onExit(listener: () => void): void;
  kill(): void;
}

export interface SupervisorOptions<Port> {
  /** Starts the process. */
  readonly fork: () => EngineChild<Port>;
  /** The two ends of a new channel. */
  readonly makeChannel: () => { readonly engineEnd: Port; readonly pageEnd: Port };
  readonly onFailed: (failure: FailureData) => void;
  /** How long to wait before starting it again after so many quick ends. Given by tests. */
  readonly restartDelayMs?: (quickEnds: number) => number;
}

/** A process that lived so long did not end because of how it was started. */
const STEADY_MS = 30_000;
/** How long an engine may take to end in order; what is left then is killed and resumed from the database. */
const STOP_MS = 8_000;

function doublingDelayMs(quickEnds: number): number {
  return Math.min(10_000, 250 * 2 ** Math.min(quickEnds, 10));
}

/**
 * Keeps one engine process running, starts it again (ever later) when it ends, and joins pages to it: a page gets
 * one end of a channel as soon as the engine answers, the engine the other; nothing of it passes through here.
 */
export class EngineSupervisor<Port> {
  readonly #options: SupervisorOptions<Port>;
  readonly #waiting = new Set<(pageEnd: Port) => void>();
  readonly #stopping = new AbortController();
  #child: EngineChild<Port> | null = null;
  #ready = false;
  #loop: Promise<void> | null = null;

  constructor(options: SupervisorOptions<Port>) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Hands `take` a port to the engine, now or when it answers. A new wish of the same `take` changes nothing. */
  request(take: (pageEnd: Port) => void): void {
    this.#waiting.add(take);
    this.#join();
  }

  /** Takes a wish back, for instance because its page is gone. */
  withdraw(take: (pageEnd: Port) => void): void {
    this.#waiting.delete(take);
  }

  /** Ends the engine in order; resolves when its process is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#waiting.clear();
    const child = this.#child;
    if (child !== null) {
      child.post({ kind: 'stop' }, null);
      const timer = setTimeout(() => child.kill(), STOP_MS);
      await this.#loop;
      clearTimeout(timer);
    }
    await this.#loop;
  }

  async #run(): Promise<void> {
    const restartDelayMs = this.#options.restartDelayMs ?? doublingDelayMs;
    let quickEnds = 0;
    while (!this.#stopping.signal.aborted) {
      const startedMs = performance.now();
      await this.#runOnce();
      if (this.#stopping.signal.aborted) return;
      quickEnds = performance.now() - startedMs > STEADY_MS ? 0 : quickEnds + 1;
      await delay(restartDelayMs(quickEnds), undefined, { signal: this.#stopping.signal }).catch(
        () => undefined,
      );
    }
  }

  async #runOnce(): Promise<void> {
    const child = this.#options.fork();
    this.#child = child;
    child.onMessage((raw) => this.#receive(child, raw));
    await new Promise<void>((resolve) => {
      child.onExit(() => {
        // at once: a page that asks now waits for the next one
        this.#ready = false;
        this.#child = null;
        resolve();
      });
    });
  }

  #receive(child: EngineChild<Port>, raw: unknown): void {
    const parsed = fromEngineProcess.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    this.#ready = message.kind === 'ready';
    // it leaves its own end to us: what it said last would be lost if it exited by itself
    if (message.kind === 'failed' || message.kind === 'stopped') child.kill();
    if (message.kind === 'failed') {
      const { code, subject, reason } = message.failure;
      const detail = {
        ...(subject === undefined ? {} : { subject }),
        ...(reason === undefined ? {} : { reason }),
      };
      this.#options.onFailed(new Failure(code, detail).toData());
    }
    this.#join();
  }

  #join(): void {
    if (!this.#ready || this.#child === null) return;
    for (const take of this.#waiting) {
      this.#waiting.delete(take);
      const { engineEnd, pageEnd } = this.#options.makeChannel();
      this.#child.post({ kind: 'port' }, engineEnd);
      take(pageEnd);
    }
  }
}
