import type { NumberedEvent } from '../shared/engine-api.ts';
import type { FailureData } from '../shared/failure.ts';

/** Grows when a message changes its meaning; two ends with different numbers do not talk. */
export const BRIDGE_VERSION = 1;

/** Calls of one port that are worked on at once; a front end needs a handful. */
export const MAX_CALLS_IN_FLIGHT = 256;

/** Client to host. */
export type ClientMessage =
  | {
      readonly kind: 'hello';
      readonly version: number;
      /** This front end shows offers to a person who can answer them. */
      readonly answersOffers: boolean;
    }
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly input?: unknown }
  | { readonly kind: 'snapshot'; readonly id: number }
  /** Cancels a call or a snapshot; its answer is not sent any more. */
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'subscribe' }
  | { readonly kind: 'unsubscribe' };

/** Host to client. */
export type HostMessage =
  | { readonly kind: 'hello'; readonly version: number }
  | { readonly kind: 'reply'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: FailureData }
  | ({ readonly kind: 'event' } & NumberedEvent)
  /** Events were dropped because this port is slow: only a new snapshot tells the truth. */
  | { readonly kind: 'resync' };
