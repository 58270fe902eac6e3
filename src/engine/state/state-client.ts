import { Worker } from 'node:worker_threads';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { Log } from '../engine-options.ts';
import type { Home } from './home.ts';
import { OPERATION_NAMES } from './operations/operation-names.ts';
import type { StateOperations } from './operations/operations.ts';
import type {
  FromStateWorker,
  StateCall,
  StateOutcome,
  StateWorkerData,
  ToStateWorker,
} from './state-messages.ts';

type Promised<Group> = {
  readonly [Name in keyof Group]: Group[Name] extends (...args: infer Args) => infer Output
    ? (...args: Args) => Promise<Output>
    : never;
};

/** Every operation of `operations/`, with a promise: it resolves once the commit is on disk, or throws Failure. */
export type StateCalls = { readonly [Group in keyof StateOperations]: Promised<StateOperations[Group]> };

/** The one database, as the engine holds it. */
export interface StateClient extends StateCalls {
  /** Opens the database in its worker. Throws Failure `state-unusable`. Call once. */
  start(): Promise<void>;
  /** Finishes what was asked for, closes the database and ends the worker. Safe to call twice. */
  stop(): Promise<void>;
  /** Settles when the worker is gone: null after `stop`, else why. Every open call has failed by then. */
  readonly closed: Promise<Failure | null>;
}

export interface StateClientOptions {
  readonly home: Pick<Home, 'database'>;
  readonly log: Log;
  /** True only for the holder of the engine lock: the database is created, migrated, set aside if damaged. */
  readonly repair: boolean;
}

interface OpenCall extends StateCall {
  readonly settle: (outcome: StateOutcome) => void;
}

/** Most calls in one transaction: keeps a single one short, so that other processes get their turn. */
const MAX_BATCH_CALLS = 500;

/**
 * Makes a client of the state worker; nothing runs before `start`. Calls made in one turn of the loop, and all
 * those made while a transaction is being written, share the next transaction: a hundred small changes cost
 * one fsync. They run in the order they were made.
 */
export function createStateClient(options: StateClientOptions): StateClient {
  const waiting: OpenCall[] = [];
  const closed = Promise.withResolvers<Failure | null>();
  let inFlight: readonly OpenCall[] = [];
  let worker: Worker | null = null;
  let phase: 'new' | 'ready' | 'stopping' | 'ended' = 'new';
  let flushQueued = false;

  const post = (message: ToStateWorker): void => worker?.postMessage(message);

  function flush(): void {
    flushQueued = false;
    if (inFlight.length > 0 || phase === 'new' || phase === 'ended') return;
    inFlight = waiting.splice(0, MAX_BATCH_CALLS);
    const calls = inFlight.map(({ group, operation, args }) => ({ group, operation, args }));
    if (calls.length === 0) {
      if (phase === 'stopping') post({ kind: 'stop' });
      return;
    }
    try {
      post({ kind: 'batch', calls });
    } catch (error) {
      // An argument that cannot be cloned: nothing was sent.
      const failure = toFailure(error).toData();
      takeAnswers(calls.map(() => ({ kind: 'failure', failure })));
    }
  }

  function call(group: keyof StateOperations, operation: string, args: readonly unknown[]): Promise<unknown> {
    if (phase !== 'ready')
      return Promise.reject(new Failure('state-unusable', { reason: `state is ${phase}` }));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const settle = (outcome: StateOutcome): void => {
      if (outcome.kind === 'value') resolve(outcome.value);
      else reject(Failure.fromData(outcome.failure));
    };
    waiting.push({ group, operation, args, settle });
    if (!flushQueued) queueMicrotask(flush);
    flushQueued = true;
    return promise;
  }

  function takeAnswers(outcomes: readonly StateOutcome[]): void {
    const answered = inFlight;
    inFlight = [];
    for (const [index, { settle }] of answered.entries()) {
      const outcome = outcomes[index];
      if (outcome !== undefined) settle(outcome);
    }
    flush();
  }

  function end(failure: Failure | null): void {
    if (phase === 'ended') return;
    if (failure !== null && phase !== 'new') {
      options.log('error', 'state-ended', { failure: failure.toData() });
    }
    phase = 'ended';
    const reason = failure ?? new Failure('state-unusable', { reason: 'state is ended' });
    for (const { settle } of [...inFlight, ...waiting.splice(0)]) {
      settle({ kind: 'failure', failure: reason.toData() });
    }
    inFlight = [];
    closed.resolve(failure);
  }

  async function start(): Promise<void> {
    const data: StateWorkerData = { databasePath: options.home.database, repair: options.repair };
    const started = new Worker(new URL('./state-worker.ts', import.meta.url), { workerData: data });
    worker = started;
    const ready = Promise.withResolvers<void>();
    let cause: Failure | null = null;
    started.on('message', (message: FromStateWorker) => {
      if (message.kind === 'answers') return takeAnswers(message.outcomes);
      if (message.kind === 'unusable') {
        cause = Failure.fromData(message.failure);
        return;
      }
      for (const { level, event, detail } of message.notices) options.log(level, event, detail);
      phase = 'ready';
      ready.resolve();
    });
    started.on('error', (error) => {
      cause = toFailure(error, options.home.database, 'state-unusable');
    });
    // Always the last event, after 'error' too: by then the database is closed and the worker gone.
    started.on('exit', () => {
      const ended = cause ?? new Failure('state-unusable', { reason: 'state worker ended' });
      ready.reject(ended);
      end(phase === 'stopping' && cause === null ? null : ended);
    });
    await ready.promise;
  }

  async function stop(): Promise<void> {
    if (phase === 'new') {
      await worker?.terminate();
      end(null);
    } else if (phase === 'ready') {
      phase = 'stopping';
      flush();
    }
    await closed.promise;
  }

  return { ...proxyOf(call), start, stop, closed: closed.promise };
}

type CallState = (
  group: keyof StateOperations,
  operation: string,
  args: readonly unknown[],
) => Promise<unknown>;

/** One function per operation. The types come from the operations themselves, which this only names. */
function proxyOf(call: CallState): StateCalls {
  const groups = Object.keys(OPERATION_NAMES) as (keyof StateOperations)[];
  const calls = groups.map((group) => {
    const names = Object.keys(OPERATION_NAMES[group]);
    const proxied = names.map((name) => [name, (...args: unknown[]) => call(group, name, args)]);
    return [group, Object.fromEntries(proxied)];
  });
  return Object.fromEntries(calls) as StateCalls;
}
