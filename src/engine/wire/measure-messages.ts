import { z } from 'zod';
import { FAILURE_CODES } from '../../shared/failure.ts';
import { isJobId } from '../../shared/ids.ts';

/** Messages about network tests on the control connection, between paired devices only. */

const jobId = z.string().refine(isJobId);
const secretHash = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 32);

/** Longest time that a source serves one test. */
export const MAX_MEASURE_SECONDS = 1_200;

/** Tester to source: serve me content out of your memory, for whoever shows the secret with this SHA-256. */
export const measureMessage = z.object({
  kind: z.literal('measure'),
  job: jobId,
  secretHash,
  seconds: z.number().min(0).max(MAX_MEASURE_SECONDS),
});

/** Source to tester: dial. `dataPort` as in an offer. */
export const measureReadyMessage = z.object({
  kind: z.literal('measure-ready'),
  job: jobId,
  dataPort: z.number().int().min(0).max(65_535),
});

/** Source to tester: not now. */
export const measureRefusedMessage = z.object({
  kind: z.literal('measure-refused'),
  job: jobId,
  code: z.enum(FAILURE_CODES),
});

/** Tester to source: it is over. */
export const measureEndMessage = z.object({ kind: z.literal('measure-end'), job: jobId });

export const measureMessages = [
  measureMessage,
  measureReadyMessage,
  measureRefusedMessage,
  measureEndMessage,
] as const;
