import type { CallInput, CallOutput } from '../../shared/engine-api.ts';
import type { StateClient } from '../state/state-client.ts';

/** One page of the ended jobs in which something occurs. @throws Failure `unknown-job` for `before`. */
export async function findEnded(
  { history, jobs }: StateClient,
  { query, before, limit }: CallInput<'jobs.history'>,
): Promise<CallOutput<'jobs.history'>> {
  const after = before === null ? null : await jobs.keyOf(before);
  const found = await history.search(query, after, limit + 1);
  return { jobs: found.slice(0, limit), more: found.length > limit };
}
