import { Manifests } from '../jobs/manifests.ts';
import type { CallHandlers, CallParts } from './call-parts.ts';

/** Reading back what jobs have written, and lists of what it was. */
export function createVerifyCalls(parts: CallParts): Pick<CallHandlers, 'jobs.verify' | 'jobs.manifest'> {
  const { receiving } = parts;
  const manifests = new Manifests(parts);
  return {
    'jobs.manifest': async ({ job, page }) => await manifests.page(job, page),
    'jobs.verify': async ({ job }, signal) => await receiving.verifying.verify(job, signal),
  };
}
