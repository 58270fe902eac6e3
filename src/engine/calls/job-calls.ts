import { isAbsolute } from 'node:path';
import type { CopyOptions } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { JobView } from '../../shared/job.ts';
import { parseOneTimeCode } from '../identity/one-time-code.ts';
import { adoptPull, hashOfCode } from '../jobs/adopt-pull.ts';
import { cleanParts } from '../jobs/clean-parts.ts';
import { adoptSource } from '../jobs/restored-source.ts';
import type { CallParts, HandlersOf } from './call-parts.ts';
import { createControlCalls } from './control-calls.ts';
import { createHistoryCalls } from './history-calls.ts';
import { createVerifyCalls } from './verify-calls.ts';
import { withSettings } from './with-settings.ts';

/** Jobs and offers. */
export function createJobCalls(parts: CallParts): HandlersOf<'jobs' | 'offers'> {
  const { book, sending, receiving, offers, peers } = parts;

  const withLimit = (options: CopyOptions): CopyOptions => withSettings(options, parts.settings());

  return {
    'offers.list': async () => offers.list(),
    'offers.accept': async ({ job, into, always, onConflict }) => {
      const folder = into === null ? null : await parts.places.resolve(into);
      return await offers.accept(job, { into: folder, always, onConflict });
    },
    'offers.decline': async ({ job }) => offers.decline(job),
    'jobs.send': async ({ paths, to, options }) => {
      const targets = to.map((reference) => peers.find(reference));
      const chosen = await Promise.all(paths.map((path) => parts.places.resolve(path)));
      const views: JobView[] = [];
      for (const target of targets) {
        const group = views[0]?.job ?? null;
        const same = await adoptSource(parts, sending, chosen, target, withLimit(options));
        const isForSeveral = targets.length > 1;
        views.push(same ?? (await sending.send(chosen, target, withLimit(options), group, isForSeveral)));
      }
      return views;
    },
    'jobs.sendWithCode': async ({ paths, options }) => {
      const waiting = await sending.sendWithCode(paths, withLimit(options));
      return { ...waiting, addresses: parts.device().addresses };
    },
    'jobs.receive': async ({ address, code, into, options }, signal) => {
      if (!isAbsolute(into)) throw new Failure('usage', { subject: into, reason: 'path is not absolute' });
      const { issuerShortId } = parseOneTimeCode(code);
      const same = await adoptPull(parts, receiving, { code, into, address });
      if (same !== null) return same;
      const addresses = address === null ? await parts.findByShortId(issuerShortId, signal) : [address];
      const { link, redeemed } = await redeemAtAny(parts, addresses, code, signal);
      link.admitJob(redeemed.job);
      const wishes = { isUrgent: true, codeHash: hashOfCode(code) };
      return await receiving.start(link, redeemed, into, withLimit(options), wishes);
    },
    'jobs.copy': async ({ from, to, options }, signal) =>
      await parts.orders.copy(from, to, withLimit(options), signal),
    'jobs.list': async () => await book.list(),
    'jobs.get': async ({ job }) => await book.find(job),
    'jobs.wait': async ({ job }, signal) => await book.wait(job, signal),
    'jobs.clean': async () => ({ removed: await cleanParts(parts.state) }),
    ...createControlCalls(parts),
    ...createHistoryCalls(parts),
    ...createVerifyCalls(parts),
  };
}

async function redeemAtAny(
  parts: CallParts,
  addresses: readonly string[],
  code: string,
  signal: AbortSignal,
): ReturnType<CallParts['invites']['redeem']> {
  let failure = new Failure('unreachable');
  for (const address of addresses) {
    try {
      return await parts.invites.redeem(address, code, signal);
    } catch (error) {
      failure = toFailure(error, address);
      // Only another address may help; a refusal is an answer.
      if (failure.code !== 'unreachable' && failure.code !== 'timeout') throw failure;
    }
  }
  throw failure;
}
