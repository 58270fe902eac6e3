import { z } from 'zod';
import type { NumberedEvent } from '../shared/engine-api.ts';
import type { FailureData } from '../shared/failure.ts';
import { FAILURE_CODES } from '../shared/failure.ts';

/** Grows when a message changes its meaning; two ends with different numbers do not talk. */
export const BRIDGE_VERSION = 1;

/** Calls of one port that are worked on at once; a front end needs a handful. */
export const MAX_CALLS_IN_FLIGHT = 256;

const id = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** Client to host. Inputs of calls are checked apart, by the contract. */
export const clientMessage = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('hello'),
    version: z.number().int(),
    /** This front end shows offers to a person who can answer them. */
    answersOffers: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('call'), id, name: z.string().max(64), input: z.unknown() }),
  z.strictObject({ kind: z.literal('snapshot'), id }),
  /** Cancels a call or a snapshot; its answer is not sent any more. */
  z.strictObject({ kind: z.literal('cancel'), id }),
  z.strictObject({ kind: z.literal('subscribe') }),
  z.strictObject({ kind: z.literal('unsubscribe') }),
]);

export type ClientMessage = z.infer<typeof clientMessage>;

const failureData = z.object({
  code: z.enum(FAILURE_CODES),
  subject: z.string().optional(),
  reason: z.string().optional(),
});

/** Host to client. The host is the person's own engine, so outputs only get a check of their shape. */
export const hostMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), version: z.number().int() }),
  z.object({ kind: z.literal('reply'), id, output: z.unknown() }),
  z.object({ kind: z.literal('failure'), id, failure: failureData }),
  z.object({
    kind: z.literal('event'),
    number: z.number().int(),
    event: z.looseObject({ kind: z.string() }),
  }),
  /** Events were dropped because this port is slow: only a new snapshot tells the truth. */
  z.object({ kind: z.literal('resync') }),
]);

/** The same, as the host writes it. */
export type HostMessage =
  | { readonly kind: 'hello'; readonly version: number }
  | { readonly kind: 'reply'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: FailureData }
  | ({ readonly kind: 'event' } & NumberedEvent)
  | { readonly kind: 'resync' };
