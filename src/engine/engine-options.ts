import type { EngineApi } from '../shared/engine-api.ts';

/** Who may put something here without being asked: `ask` asks a person, `paired` takes it, `none` declines. */
export type AcceptMode = 'ask' | 'paired' | 'none';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** One JSON line each; no file names at info level or above. */
export interface Log {
  (level: LogLevel, event: string, detail?: Readonly<Record<string, unknown>>): void;
}

/** What a host decides when it starts an engine. */
export interface EngineOptions {
  /** Folder that holds key, database, settings and logs; created 0700. */
  readonly home: string;
  /** Folder that takes offers by default; null is the one in the settings, else `Ferry` in the person's folder. */
  readonly inbox: string | null;
  /** Port to listen on; 0 picks a free one. */
  readonly port: number;
  /** Address to listen on; null is every interface, IPv6 and IPv4. */
  readonly listen: string | null;
  /** New name of this device; null keeps the stored (or first, random) one. */
  readonly name: string | null;
  readonly accept: AcceptMode;
  /** Announce on the network and look for others. */
  readonly announce: boolean;
  readonly log: Log;
}

/** A running engine, as its host holds it. */
export interface Engine extends EngineApi {
  /** Ends everything in order; safe to call twice. Jobs that run are kept as `interrupted`. */
  stop(): Promise<void>;
}
