import { z } from 'zod';
import type { ClientMessage } from './messages.ts';

const id = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** What a host takes from a front end. Inputs of calls are checked apart, by the contract. */
export const clientMessage: z.ZodType<ClientMessage> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hello'), version: z.number().int(), answersOffers: z.boolean() }),
  z.strictObject({ kind: z.literal('call'), id, name: z.string().max(64), input: z.unknown() }),
  z.strictObject({ kind: z.literal('snapshot'), id }),
  z.strictObject({ kind: z.literal('cancel'), id }),
  z.strictObject({ kind: z.literal('subscribe') }),
  z.strictObject({ kind: z.literal('unsubscribe') }),
]);
