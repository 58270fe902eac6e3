import type { EngineApi } from '../shared/engine-api.ts';
import type { JobId } from '../shared/ids.ts';

/**
 * `--accept` left to its default: an offer is put to a person where one can answer, else declined at once
 * instead of leaving the sender to wait. Decided when the offer comes; a person who leaves later still has
 * the offer's own time to come back.
 */
export function declineWhereNobodyAnswers(
  engine: EngineApi,
  canAnswer: () => boolean,
  onFailure: (error: unknown) => void,
  signal: AbortSignal,
): void {
  const seen = new Set<JobId>();
  engine.subscribe(({ event }) => {
    if (event.kind === 'offer-removed') seen.delete(event.job);
    if (event.kind !== 'offer-added' || seen.has(event.offer.job)) return;
    seen.add(event.offer.job);
    if (!canAnswer()) engine.call('offers.decline', { job: event.offer.job }, signal).catch(onFailure);
  }, signal);
}
