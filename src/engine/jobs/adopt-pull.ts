import { createHash } from 'node:crypto';
import { toFailure } from '../../shared/failure.ts';
import type { JobView } from '../../shared/job.ts';
import { parseOneTimeCode } from '../identity/one-time-code.ts';
import { storedPullOf } from './destination-records.ts';
import type { JobParts } from './job-parts.ts';
import type { ReceivingJobs } from './receiving.ts';
import { takeUpPull } from './take-up.ts';

/** By which a job is found again that came by a code: a code works once, so it names one job. */
export function hashOfCode(code: string): string {
  const { issuerShortId, secret } = parseOneTimeCode(code);
  return createHash('sha256').update(issuerShortId).update(secret).digest('hex');
}

/**
 * The job that the same code has brought before, into the same folder: it goes on. Null where there is none.
 * @throws Failure of the state.
 */
export async function adoptPull(
  parts: JobParts,
  receiving: ReceivingJobs,
  order: { readonly code: string; readonly into: string; readonly address: string | null },
): Promise<JobView | null> {
  const { state, book, links, signal, log } = parts;
  const codeHash = hashOfCode(order.code);
  const record = (await state.jobs.listOpen()).find(
    ({ view, resume }) => view.into === order.into && storedPullOf(resume)?.codeHash === codeHash,
  );
  if (record === undefined) return null;
  const { job, orderer } = record;
  if (book.get(job) === null && !(await takeUpPull(parts, receiving, record))) return null;
  const failed = (error: unknown) => log('debug', 'job-not-resumed', { failure: toFailure(error).toData() });
  if (order.address !== null) void links.open(orderer, [order.address], signal).catch(failed);
  if (record.view.pausedBy !== null) void receiving.pause(job, false).catch(failed);
  return book.get(job)?.view ?? null;
}
