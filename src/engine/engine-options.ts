import type { MessagePort } from 'node:worker_threads';
import type { EngineApi } from '../shared/engine-api.ts';
import type { JobId } from '../shared/ids.ts';

/** Who may put something here without being asked: `ask` asks a person, `paired` takes it, `none` declines. */
export type AcceptMode = 'ask' | 'paired' | 'none';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** One JSON line each; no file names at info level or above. */
export interface Log {
  (level: LogLevel, event: string, detail?: Readonly<Record<string, unknown>>): void;
}

/** A share that a flag asks for. */
export interface ShareWish {
  readonly name: string;
  /** Absolute path. */
  readonly dir: string;
  readonly isWritable: boolean;
}

/** What a host decides when it starts an engine. */
export interface EngineOptions {
  /** Folder that holds key, database, settings and logs; created 0700. */
  readonly home: string;
  /** Folder that takes offers by default; null is the one in the settings, else `Ferry` in the person's folder. */
  readonly inbox: string | null;
  /** Port to listen on; 0 picks a free one, null is the one in the settings, else 3120. */
  readonly port: number | null;
  /** Address to listen on; null is every interface, IPv6 and IPv4. */
  readonly listen: string | null;
  /** New name of this device; null keeps the stored (or first, random) one. */
  readonly name: string | null;
  /** Null is what the settings say, else `ask`. */
  readonly accept: AcceptMode | null;
  /** Announce on the network and look for others. */
  readonly announce: boolean;
  /** Folder that pages in browsers may look into beside the inbox; absent or null is none. */
  readonly webRoot?: string | null;
  /** Shares for as long as it runs, over stored ones of the same name; absent is none. */
  readonly shares?: readonly ShareWish[];
  /**
   * Whether the jobs that had not ended when the last engine of this home did go on. Absent or false: it is there
   * for the orders it is given, and takes up only those that are given again.
   */
  readonly takesUpJobs?: boolean;
  readonly log: Log;
}

/** The way to the data worker that serves one job of a page; messages as in shared/page-port.ts. */
export interface PagePort {
  readonly job: JobId;
  readonly port: MessagePort;
}

/** A running engine, as its host holds it. */
export interface Engine extends EngineApi {
  /**
   * A page that holds files has connected with its ticket (of `page.send`), which is used up: one port for each of
   * its jobs that has not ended, to be handed to whoever has the page's socket. See docs/page-files.md.
   * @throws Failure `no-right` for a ticket that is unknown, used or too old.
   */
  attachPage(ticket: string): readonly PagePort[];
  /** Ends everything in order; safe to call twice. Jobs that run are kept as `interrupted`. */
  stop(): Promise<void>;
}
