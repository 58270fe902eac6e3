import type { FailureData } from '../../shared/failure.ts';
import type { Notice } from './database.ts';
import type { StateOperations } from './operations/operations.ts';

/** What the engine thread and the state worker say to each other. Both are ours: nothing here is untrusted. */

export interface StateWorkerData {
  readonly databasePath: string;
  /** The starter holds the engine lock: create, migrate, set aside what is damaged. */
  readonly repair: boolean;
}

export interface StateCall {
  readonly group: keyof StateOperations;
  readonly operation: string;
  readonly args: readonly unknown[];
}

/** Calls of one transaction, answered together, in order; or the wish to end. */
export type ToStateWorker =
  | { readonly kind: 'batch'; readonly calls: readonly StateCall[] }
  | { readonly kind: 'stop' };

export type StateOutcome =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'failure'; readonly failure: FailureData };

export type FromStateWorker =
  | { readonly kind: 'ready'; readonly notices: readonly Notice[] }
  | { readonly kind: 'unusable'; readonly failure: FailureData }
  | { readonly kind: 'answers'; readonly outcomes: readonly StateOutcome[] };
