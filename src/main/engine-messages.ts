import { z } from 'zod';
import { FAILURE_CODES } from '../shared/failure.ts';

/** What the shell tells the engine's process. `port` brings one end of a channel to a page. */
export const toEngineProcess = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('port') }),
  z.strictObject({ kind: z.literal('stop') }),
]);

export type ToEngineProcess = z.infer<typeof toEngineProcess>;

/** What the engine's process tells the shell. */
export const fromEngineProcess = z.discriminatedUnion('kind', [
  /** Ports are answered from now on. */
  z.strictObject({ kind: z.literal('ready') }),
  /** The engine of this home ended; it is being opened again. */
  z.strictObject({ kind: z.literal('away') }),
  /** Ended in order, as it was told to; the process may be killed. */
  z.strictObject({ kind: z.literal('stopped') }),
  /** It cannot be opened, or ended by itself; the process may be killed and started again. */
  z.strictObject({
    kind: z.literal('failed'),
    failure: z.object({
      code: z.enum(FAILURE_CODES),
      subject: z.string().optional(),
      reason: z.string().optional(),
    }),
  }),
]);

export type FromEngineProcess = z.infer<typeof fromEngineProcess>;
