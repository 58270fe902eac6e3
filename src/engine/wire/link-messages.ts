import { z } from 'zod';

/** Keepalive; handled by the link itself, no other part sees these. */

const number = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Answered with a pong of the same number. */
export const pingMessage = z.object({ kind: z.literal('ping'), number });

export const pongMessage = z.object({ kind: z.literal('pong'), number });
