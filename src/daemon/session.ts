import type { AcceptMode, ShareWish } from '../engine/engine-options.ts';
import type { EngineApi } from '../shared/engine-api.ts';

export interface WebWishes {
  /** HOST:PORT of this machine's loopback; empty is the default, port 0 a free one. */
  readonly address: string;
  /** Folder that pages may look into beside the inbox. */
  readonly root: string | null;
  /** Folder of a page that is built; absent is Ferry's own, which a checkout builds when its sources are newer. */
  readonly pageRoot?: string;
}

/** What a front end wants of the engine of its home. */
export interface SessionOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Logs go to stderr too. */
  readonly verbose: boolean;
  /** This front end shows offers to a person who can answer them. */
  readonly answersOffers: boolean;
  /** How to open an engine where none runs; without meaning where one does. */
  readonly engine: {
    /** Null is the one in the settings, else 3120. */
    readonly port: number | null;
    readonly listen: string | null;
    readonly name: string | null;
    readonly inbox: string | null;
    /** `where-answered`: asked while a front end that answers offers is attached, else declined. Null: the settings. */
    readonly accept: AcceptMode | 'where-answered' | null;
    readonly announce: boolean;
    /** A page for browsers on this machine; absent or null serves none. */
    readonly web?: WebWishes | null;
    /** Shares for as long as it runs. */
    readonly shares?: readonly ShareWish[];
    /** Jobs that an earlier engine left go on; absent or false: only what is ordered again. */
    readonly takesUpJobs?: boolean;
  };
}

/** An engine in the hands of one front end. */
export interface EngineSession {
  readonly api: EngineApi;
  /** True when the engine runs in this process and ends with it. */
  readonly hosting: boolean;
  /**
   * Gives the engine back. Where it runs in this process it stays until its other front ends have left and
   * no job moves, or `now` aborts; `onStay` is told once that it has to. Safe to call twice.
   */
  close(now: AbortSignal, onStay?: () => void): Promise<void>;
}
