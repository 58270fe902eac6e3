import { attachOrHost, type SessionOptions } from '../daemon/index.ts';
import { Failure } from '../shared/failure.ts';
import type { KeptSession } from './engine-keeper.ts';

/** The one of the settings. */
const CHOSEN_PORT = null;
const ANY_PORT = 0;

function optionsFor(env: NodeJS.ProcessEnv, port: number | null): SessionOptions {
  return {
    env,
    verbose: false,
    answersOffers: true,
    engine: {
      port,
      listen: null,
      name: null,
      inbox: null,
      accept: null,
      announce: true,
      takesUpJobs: true,
    },
  };
}

/**
 * The engine of the home that `env` names: that of a Ferry which runs already, else opened here. When another
 * program holds the chosen port a free one serves as well: devices are found by announcement.
 * Throws Failure as the daemon's `attachOrHost` does.
 */
export async function openHomeSession(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  wantedPort: number | null = CHOSEN_PORT,
): Promise<KeptSession> {
  try {
    return await attachOrHost(optionsFor(env, wantedPort), signal);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'port-taken' || wantedPort === ANY_PORT) throw error;
    return await attachOrHost(optionsFor(env, ANY_PORT), signal);
  }
}
