import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, LogLevel } from '../engine/engine-options.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import { attachAt } from './attach.ts';
import { type EngineDoor, type HomePlaces, type LogHandle, loadEngineDoor } from './engine-door.ts';
import type { EngineSession, SessionOptions } from './session.ts';
import { placeOfPage } from './web/place-of-page.ts';

/** Between taking the home's lock and answering at its socket an engine needs a moment. */
const RACE_MS = 6_000;
const RACE_STEP_MS = 50;

const LEVELS: ReadonlySet<string> = new Set<LogLevel>(['error', 'warn', 'info', 'debug']);

function isLogLevel(text: string): text is LogLevel {
  return LEVELS.has(text);
}

function openLog(door: EngineDoor, home: string, files: boolean, options: SessionOptions): LogHandle {
  const wanted = options.env['FERRY_LOG'] ?? '';
  return door.createLog({
    home,
    level: isLogLevel(wanted) ? wanted : 'info',
    files,
    stderr: options.verbose || wanted !== '',
  });
}

/**
 * The engine of this home if one runs, as its client; null if none does. Throws Failure as attachAt does.
 */
export async function attach(
  options: SessionOptions,
  signal: AbortSignal,
  loadDoor: () => Promise<EngineDoor> = loadEngineDoor,
): Promise<EngineSession | null> {
  const door = await loadDoor();
  return await attachAt(await door.resolveHome(options.env), options, signal);
}

/**
 * The engine of this home: attached to where one runs, else opened here and shared with later front ends
 * over the control socket. Two that start at once find each other within two seconds.
 * Throws Failure, those of {@link attach} and of opening an engine.
 */
export async function attachOrHost(
  options: SessionOptions,
  signal: AbortSignal,
  loadDoor: () => Promise<EngineDoor> = loadEngineDoor,
): Promise<EngineSession> {
  const door = await loadDoor();
  const places = await door.resolveHome(options.env);
  return await attachOr(places, options, signal, () => hostAt(door, places, options, signal));
}

/**
 * The state of this home: through its engine where one runs, else read from the database, without opening a
 * port or talking to anybody. Then only the calls of {@link StateOnly} are answered.
 */
export async function attachOrState(
  options: SessionOptions,
  signal: AbortSignal,
  loadDoor: () => Promise<EngineDoor> = loadEngineDoor,
): Promise<EngineSession> {
  const door = await loadDoor();
  const places = await door.resolveHome(options.env);
  return await attachOr(places, options, signal, async () => {
    const logHandle = openLog(door, places.home, false, options);
    try {
      const api = await door.openStateOnly(places.home, logHandle.log);
      return {
        api,
        hosting: false,
        close: async () => {
          await api.stop();
          await logHandle.close();
        },
      };
    } catch (error) {
      await logHandle.close();
      throw error;
    }
  });
}

/** Opens the engine of this home here. Throws Failure: `home-in-use` when one runs, `port-taken`, and others. */
export async function hostEngine(
  options: SessionOptions,
  signal: AbortSignal,
  loadDoor: () => Promise<EngineDoor> = loadEngineDoor,
): Promise<EngineSession> {
  const door = await loadDoor();
  return await hostAt(door, await door.resolveHome(options.env), options, signal);
}

async function attachOr(
  places: HomePlaces,
  options: SessionOptions,
  signal: AbortSignal,
  open: () => Promise<EngineSession>,
): Promise<EngineSession> {
  const giveUpAt = performance.now() + RACE_MS;
  for (;;) {
    const session = await attachAt(places, options, signal);
    if (session !== null) return session;
    try {
      return await open();
    } catch (error) {
      const lostRace = error instanceof Failure && error.code === 'home-in-use';
      if (!lostRace || performance.now() > giveUpAt) throw error;
      await delay(RACE_STEP_MS, undefined, { signal }).catch((abort: unknown) => {
        throw toFailure(abort);
      });
    }
  }
}

async function hostAt(
  door: EngineDoor,
  places: HomePlaces,
  options: SessionOptions,
  signal: AbortSignal,
): Promise<EngineSession> {
  const { accept, inbox, web: wishes = null, ...rest } = options.engine;
  // wrong wishes are told before anything is opened for them
  const web = wishes === null ? null : await placeOfPage(wishes, signal);
  const logHandle = openLog(door, places.home, true, options);
  let engine: Engine | null = null;
  try {
    engine = await door.openEngine({
      ...rest,
      home: places.home,
      inbox,
      accept: accept === 'where-answered' ? null : accept,
      webRoot: wishes?.root ?? null,
      log: logHandle.log,
    });
    // Loaded only by who hosts: a command that attaches starts sooner without it.
    const { shareEngine } = await import('./share-engine.ts');
    return await shareEngine(
      engine,
      { controlSocketPath: places.controlSocketPath, web },
      accept === 'where-answered',
      logHandle,
      signal,
    );
  } catch (error) {
    await engine?.stop();
    await logHandle.close();
    throw error;
  }
}
