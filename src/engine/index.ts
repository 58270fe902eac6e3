import type { Engine, EngineOptions, Log, LogLevel } from './engine-options.ts';
import { currentSocketPlace, prepareControlSocket } from './state/control-socket.ts';
import { defaultInbox, namesInHome, openHome, resolveHomePath } from './state/home.ts';
import { createFileLog } from './state/log.ts';
import { isLogged, toLogLine } from './state/log-line.ts';
import type { StateOnlyApi } from './state-only-api.ts';

/** The engine's one door for other rooms. */

/**
 * Opens the engine; see `engine.ts` for what it throws. Loaded only by who hosts one: a command that
 * attaches, or reads the state, starts in half the time without it.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const engine = await import('./engine.ts');
  return await engine.openEngine(options);
}

/** Where a device lives on this machine. Creates the home. @throws Failure `state-unusable`. */
export async function resolveHome(env: NodeJS.ProcessEnv): Promise<{
  readonly home: string;
  readonly inbox: string;
  readonly controlSocketPath: string;
}> {
  const home = await openHome(resolveHomePath(env));
  return {
    home: home.path,
    inbox: defaultInbox(env),
    controlSocketPath: await prepareControlSocket(home.path, currentSocketPlace()),
  };
}

/** The state of a home, for commands that need no engine. */
export async function openStateOnly(home: string, log: Log): Promise<StateOnlyApi> {
  const stateOnly = await import('./state-only-api.ts');
  return await stateOnly.openStateOnly(home, defaultInbox(process.env), log);
}

/** A log in the files of the home (only for the holder of its lock), on stderr, both or neither. */
export function createLog(options: {
  readonly home: string;
  readonly level: LogLevel;
  readonly files: boolean;
  readonly stderr: boolean;
}): { readonly log: Log; close(): Promise<void> } {
  const { level } = options;
  const write = (line: string) => void process.stderr.write(line);
  if (!options.files) {
    const log: Log = (said, event, detail) => {
      if (options.stderr && isLogged(said, level)) write(toLogLine(Date.now(), said, event, detail));
    };
    return { log, close: () => Promise.resolve() };
  }
  const folder = namesInHome(options.home).logs;
  return createFileLog({ folder, level, mirror: options.stderr ? { level, write } : null });
}
