import { setTimeout as delay } from 'node:timers/promises';
import { servePort } from '../bridge/host.ts';
import { type LocalSocketServer, listenLocalSocket } from '../bridge/local-socket-server.ts';
import type { Engine } from '../engine/engine-options.ts';
import { toFailure } from '../shared/failure.ts';
import type { JobState } from '../shared/job.ts';
import type { LogHandle } from './engine-door.ts';
import { declineWhereNobodyAnswers } from './offer-gate.ts';
import type { EngineSession } from './session.ts';

const IDLE_STEP_MS = 100;
const STAY_STEPS = 5;

/** States in which bytes or names move; a job that waits does not keep a command. */
const MOVING: ReadonlySet<JobState> = new Set(['preparing', 'running', 'finishing']);

/** Serves the control socket; from here on the session owns engine and log. */
export async function shareEngine(
  engine: Engine,
  controlSocketPath: string,
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
  let server: LocalSocketServer;
  try {
    server = await listenLocalSocket(
      controlSocketPath,
      (port) =>
        servePort(engine, port, 'cli', {
          onAnswersOffers: () => {
            answering += 1;
            void port.closed.then(() => {
              answering -= 1;
            });
          },
        }),
      signal,
    );
  } catch (error) {
    life.abort();
    throw error;
  }
  let ended: Promise<void> | null = null;
  const end = async (now: AbortSignal, onStay: () => void): Promise<void> => {
    await whenIdle(engine, server, now, onStay);
    life.abort();
    await server.close();
    await engine.stop();
    await logHandle.close();
  };
  return {
    api: engine,
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
