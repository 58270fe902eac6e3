import { createClient } from '../../bridge/client.ts';
import type { Port } from '../../bridge/port.ts';
import type { EngineApi, EngineEvent } from '../../shared/engine-api.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type EngineStore, followEngine } from '../store/engine-store.ts';

/** How long until the next try, growing; a page that waits must not hammer. */
const RETRY_MS = [250, 500, 1_000, 2_000, 5_000] as const;

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly engine: EngineApi; readonly store: EngineStore }
  /** Trying again; what was shown stays, greyed. */
  | { readonly state: 'lost'; readonly failure: Failure }
  /** This page has no session: a new link is needed. */
  | { readonly state: 'no-session' };

export interface ConnectOptions {
  /** Makes a new carrier. Rejects with Failure `no-right` when the page has no session. */
  readonly open: (signal: AbortSignal) => Promise<Port>;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onChange: (connection: Connection) => void;
}

function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

/** Keeps a connection to the engine until `signal` aborts: connects, follows, and connects again when it ends. */
export async function keepConnected(options: ConnectOptions, signal: AbortSignal): Promise<void> {
  let tries = 0;
  while (!signal.aborted) {
    const ending = new AbortController();
    try {
      const port = await options.open(signal);
      const engine = await createClient(port, { answersOffers: true }, signal);
      const store = await followEngine(engine, options.onEvent, AbortSignal.any([signal, ending.signal]));
      tries = 0;
      options.onChange({ state: 'live', engine, store });
      const failure = await engine.closed;
      options.onChange({ state: 'lost', failure: failure ?? toFailure(new Error('closed')) });
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code === 'no-right') {
        options.onChange({ state: 'no-session' });
        return;
      }
      options.onChange({ state: 'lost', failure });
    } finally {
      ending.abort();
    }
    await sleep(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? 5_000, signal);
    tries += 1;
  }
}
