import type { Engine, EngineOptions, Log, LogLevel } from '../engine/engine-options.ts';
import type { EngineApi } from '../shared/engine-api.ts';

/** Where a device lives on this machine; decided by the engine from the environment. */
export interface HomePlaces {
  readonly home: string;
  readonly inbox: string;
  readonly controlSocketPath: string;
}

/** Answers `jobs.list`, `jobs.get`, `peers.list`, `peers.trust` and `device.get` from the database alone. */
export interface StateOnly extends EngineApi {
  stop(): Promise<void>;
}

/** A log and its end. */
export interface LogHandle {
  readonly log: Log;
  close(): Promise<void>;
}

export interface LogOptions {
  readonly home: string;
  readonly level: LogLevel;
  /** Into the files of the home: only for who holds its lock, or is about to and logs nothing before. */
  readonly files: boolean;
  readonly stderr: boolean;
}

/** What hosts use of the engine room; the engine's `index.ts` is checked against it here. */
export interface EngineDoor {
  openEngine(options: EngineOptions): Promise<Engine>;
  openStateOnly(home: string, log: Log): Promise<StateOnly>;
  resolveHome(env: NodeJS.ProcessEnv): HomePlaces | Promise<HomePlaces>;
  createLog(options: LogOptions): LogHandle;
}

/** The engine, loaded only by who needs it: help and usage errors must not pay for it. */
export async function loadEngineDoor(): Promise<EngineDoor> {
  return await import('../engine/index.ts');
}
