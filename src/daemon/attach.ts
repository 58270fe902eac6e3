import { createClient } from '../bridge/client.ts';
import { connectLocalSocket } from '../bridge/local-socket-client.ts';
import { Failure } from '../shared/failure.ts';
import type { HomePlaces } from './engine-door.ts';
import type { EngineSession, SessionOptions } from './session.ts';

/**
 * The engine that answers at the control socket of `places`, as its client; null if none does.
 * Throws Failure: `timeout`, `older-peer`, `newer-peer`, `state-unusable`, `cancelled`.
 */
export async function attachAt(
  places: HomePlaces,
  options: SessionOptions,
  signal: AbortSignal,
): Promise<EngineSession | null> {
  const port = await connectLocalSocket(places.controlSocketPath, signal);
  if (port === null) return null;
  try {
    const api = await createClient(port, { answersOffers: options.answersOffers }, signal);
    return {
      api,
      hosting: false,
      close: async () => {
        port.close();
        await port.closed;
      },
    };
  } catch (error) {
    // it ended between connecting and greeting: as if nobody had been there
    if (error instanceof Failure && error.code === 'interrupted') return null;
    throw error;
  }
}
