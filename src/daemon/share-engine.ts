import { setTimeout as delay } from 'node:timers/promises';
import { type HostHooks, servePort } from '../bridge/host.ts';
import { type LocalSocketServer, listenLocalSocket } from '../bridge/local-socket-server.ts';
import type { Engine } from '../engine/engine-options.ts';
import type { EngineApi } from '../shared/engine-api.ts';
import { toFailure } from '../shared/failure.ts';
import type { JobState } from '../shared/job.ts';
import type { LogHandle } from './engine-door.ts';
import { declineWhereNobodyAnswers } from './offer-gate.ts';
import type { EngineSession } from './session.ts';
import type { WebAddress } from './web/web-address.ts';
import { startWebHost, type WebHost, withWebLink } from './web/web-host.ts';

const IDLE_STEP_MS = 100;
const STAY_STEPS = 5;

/** States in which bytes or names move; a job that waits does not keep a command. */
const MOVING: ReadonlySet<JobState> = new Set(['preparing', 'running', 'finishing']);

/** How an engine is shared with front ends of other processes. */
export interface SharedPlaces {
  readonly controlSocketPath: string;
  /** Where a page is served to browsers, and the folder it is in; null serves none. */
  readonly web: { readonly address: WebAddress; readonly pageRoot: string } | null;
}

/**
 * Serves the control socket, and a page where one is wanted; from here on the session owns engine and log.
 * Throws Failure `port-taken` for the page's port, `usage` where the page is not built, and others.
 */
export async function shareEngine(
  engine: Engine,
  { controlSocketPath, web: webPlace }: SharedPlaces,
  gateOffers: boolean,
  logHandle: LogHandle,
  signal: AbortSignal,
): Promise<EngineSession> {
  const life = new AbortController();
  let answering = 0;
  if (gateOffers) {
    const onFailure = (error: unknown): void =>
      logHandle.log('warn', 'offer-not-declined', { ...toFailure(error).toData() });
    declineWhereNobodyAnswers(engine, () => answering > 0, onFailure, life.signal);
  }
  const hooksFor = (closed: Promise<unknown>): HostHooks => ({
    onAnswersOffers: () => {
      answering += 1;
      void closed.then(() => {
        answering -= 1;
      });
    },
  });
  let server: LocalSocketServer;
  let web: WebHost | null = null;
  let api: EngineApi = engine;
  try {
    if (webPlace !== null) {
      web = await startWebHost({ engine, ...webPlace, hooksFor, log: logHandle.log });
      api = withWebLink(engine, web);
    }
    server = await listenLocalSocket(
      controlSocketPath,
      (port) => servePort(api, port, 'cli', hooksFor(port.closed)),
      signal,
    );
  } catch (error) {
    life.abort();
    await web?.close();
    throw error;
  }
  let ended: Promise<void> | null = null;
  const end = async (now: AbortSignal, onStay: () => void): Promise<void> => {
    await whenIdle(engine, server, now, onStay);
    life.abort();
    await web?.close();
    await server.close();
    await engine.stop();
    await logHandle.close();
  };
  return {
    api,
    hosting: true,
    close: async (now, onStay = () => undefined) => {
      ended ??= end(now, onStay);
      await ended;
    },
  };
}

async function whenIdle(
  engine: Engine,
  server: LocalSocketServer,
  now: AbortSignal,
  onStay: () => void,
): Promise<void> {
  let gone = false;
  let steps = 0;
  void engine.closed.then(() => {
    gone = true;
  });
  for (;;) {
    // lets `gone` be seen before the engine is asked
    await Promise.resolve();
    if (now.aborted || gone) return;
    const jobs = await engine.call('jobs.list', {}, now).catch(() => []);
    if (server.clientCount === 0 && !jobs.some(({ state }) => MOVING.has(state))) return;
    steps += 1;
    // a guest that is just leaving is not worth a word
    if (steps === STAY_STEPS) onStay();
    await delay(IDLE_STEP_MS, undefined, { signal: now }).catch(() => undefined);
  }
}
