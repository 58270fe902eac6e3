import type { CallHandlers, CallParts } from './call-parts.ts';

/** Reading back what jobs have written. */
export function createVerifyCalls({ receiving }: CallParts): Pick<CallHandlers, 'jobs.verify'> {
  return {
    'jobs.verify': async ({ job }, signal) => await receiving.verifying.verify(job, signal),
  };
}
