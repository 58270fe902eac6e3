import { servePort } from '../bridge/host.ts';
import type { Port } from '../bridge/port.ts';
import type { EngineApi } from '../shared/engine-api.ts';
import { type Failure, toFailure } from '../shared/failure.ts';
import type { FromEngineProcess } from './engine-messages.ts';

/** The engine of this home: opened here, or that of another Ferry that runs already. */
export interface KeptSession {
  readonly api: EngineApi;
  /** True when it runs in this process. */
  readonly hosting: boolean;
  close(now: AbortSignal): Promise<void>;
}

export interface KeeperOptions {
  /** Attaches to the engine of this home, or opens it. Throws Failure. */
  readonly open: (signal: AbortSignal) => Promise<KeptSession>;
  readonly tell: (message: FromEngineProcess) => void;
}

/**
 * Holds the engine of this home for the pages of this app. While another Ferry owns it this is its client; when that
 * one ends, the engine is opened here and the pages, whose ports have closed, come again.
 */
export class EngineKeeper {
  readonly #options: KeeperOptions;
  readonly #stopping = new AbortController();
  readonly #ports = new Set<Port>();
  #session: KeptSession | null = null;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /**
   * Keeps an engine until {@link EngineKeeper.stop}. Resolves with null after that, and with the failure when it could
   * not be opened or the one in this process ended by itself.
   */
  async run(): Promise<Failure | null> {
    const { signal } = this.#stopping;
    const stopped = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    let failure: Failure | null = null;
    while (!signal.aborted && failure === null) {
      try {
        failure = await this.#keepOne(stopped);
      } catch (error) {
        if (!signal.aborted) failure = toFailure(error);
      }
    }
    this.#options.tell(
      failure === null ? { kind: 'stopped' } : { kind: 'failed', failure: failure.toData() },
    );
    return failure;
  }

  /** Serves a page over `port`; without an engine it is closed, and the page asks again. Owns the port from here on. */
  take(port: Port): void {
    if (this.#session === null) {
      port.close();
      return;
    }
    this.#ports.add(port);
    void port.closed.then(() => this.#ports.delete(port));
    servePort(this.#session.api, port, 'desktop');
  }

  /** Ends the engine if it runs here. */
  stop(): void {
    this.#stopping.abort();
  }

  async #keepOne(stopped: Promise<void>): Promise<Failure | null> {
    const session = await this.#options.open(this.#stopping.signal);
    this.#session = session;
    try {
      this.#options.tell({ kind: 'ready' });
      const ended = await Promise.race([stopped, session.api.closed]);
      // the owner went: open it here. Our own engine went: a fresh process is the safer start
      return session.hosting && ended !== undefined ? ended : null;
    } finally {
      this.#session = null;
      if (!this.#stopping.signal.aborted) this.#options.tell({ kind: 'away' });
      await session.close(AbortSignal.abort());
      for (const port of this.#ports) port.close();
    }
  }
}
