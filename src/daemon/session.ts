import type { AcceptMode } from '../engine/engine-options.ts';
import type { EngineApi } from '../shared/engine-api.ts';

/** What a front end wants of the engine of its home. */
export interface SessionOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Logs go to stderr too. */
  readonly verbose: boolean;
  /** This front end shows offers to a person who can answer them. */
  readonly answersOffers: boolean;
  /** How to open an engine where none runs; without meaning where one does. */
  readonly engine: {
    readonly port: number;
    readonly listen: string | null;
    readonly name: string | null;
    readonly inbox: string | null;
    /** `where-answered`: asked while a front end that answers offers is attached, else declined. */
    readonly accept: AcceptMode | 'where-answered';
    readonly announce: boolean;
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
