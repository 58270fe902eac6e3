import { toFailure } from '../../shared/failure.ts';
import type { Log } from '../engine-options.ts';

/** Goes on with work that nobody waits for; what goes wrong with it is in the log, and ends nothing else. */
export function inBackground(work: Promise<unknown>, log: Log): void {
  work.catch((error: unknown) => {
    log('error', 'background-failure', { failure: toFailure(error).toData() });
  });
}
