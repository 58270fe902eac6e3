import { isAbsolute } from 'node:path';
import type { CopyOptions } from '../shared/copy-options.ts';
import type { DeviceView, PeerView } from '../shared/device.ts';
import type { CallInput, CallName, CallOutput } from '../shared/engine-api.ts';
import { Failure, toFailure } from '../shared/failure.ts';
import type { DeviceId } from '../shared/ids.ts';
import { shortIdOf } from './identity/device-id.ts';
import { parseOneTimeCode } from './identity/one-time-code.ts';
import { cleanParts } from './jobs/clean-parts.ts';
import type { JobParts } from './jobs/job-parts.ts';
import type { Offers } from './jobs/offers.ts';
import type { ReceivingJobs } from './jobs/receiving.ts';
import type { SendingJobs } from './jobs/sending.ts';
import type { Pairings } from './link/pairings.ts';

/** What the calls of the bridge are answered with. */
export interface CallParts extends JobParts {
  readonly sending: SendingJobs;
  readonly receiving: ReceivingJobs;
  readonly offers: Offers;
  readonly pairings: Pairings;
  readonly device: () => DeviceView;
  readonly rename: (name: string) => Promise<DeviceView>;
  readonly listPeers: () => readonly PeerView[];
  /** For jobs that ask for no limit of their own; null is unlimited. */
  readonly limitBytesPerSecond: number | null;
  /** Addresses where a device with this short id was seen, waiting for it. @throws Failure `unknown-peer`. */
  readonly findByShortId: (shortId: string, signal: AbortSignal) => Promise<readonly string[]>;
}

/** One handler per call of the contract; a missing or wrong one does not compile. */
export type CallHandlers = {
  readonly [Name in CallName]: (input: CallInput<Name>, signal: AbortSignal) => Promise<CallOutput<Name>>;
};

export function createCalls(parts: CallParts): CallHandlers {
  const { book, sending, receiving, offers, pairings, peers, invites, links } = parts;

  function withLimit(options: CopyOptions): CopyOptions {
    return { ...options, limitBytesPerSecond: options.limitBytesPerSecond ?? parts.limitBytesPerSecond };
  }

  function peerView(id: DeviceId): PeerView {
    const view = parts.listPeers().find((peer) => peer.id === id);
    if (view === undefined) throw new Failure('unknown-peer', { subject: shortIdOf(id) });
    return view;
  }

  async function stop(prefix: string, reason: 'cancelled' | 'interrupted') {
    const { job } = await book.find(prefix);
    const stopped = (await sending.stop(job, reason)) || (await receiving.stop(job, reason));
    if (!stopped) await endUndriven(job);
    return await book.find(job);
  }

  /** A job that an earlier engine left: nobody drives it any more, so it simply ends. */
  async function endUndriven(prefix: string): Promise<void> {
    const record = await parts.state.jobs.findByPrefix(prefix);
    if (record.view.state !== 'waiting') return;
    const { orderer, job } = record;
    await parts.state.jobs.update(
      { orderer, job },
      { state: 'cancelled', waitingFor: null, updatedMs: Date.now() },
    );
  }

  return {
    'device.get': async () => parts.device(),
    'device.rename': async ({ name }) => await parts.rename(name),
    'peers.list': async () => parts.listPeers(),
    'peers.trust': async ({ peer, trust }) => {
      const { id } = peers.find(peer);
      await peers.setTrust(id, trust);
      return peerView(id);
    },
    'peers.unpair': async ({ peer }) => {
      const { id } = peers.find(peer);
      const view = peerView(id);
      await peers.remove(id);
      links.disconnect(id);
      offers.revoke(id);
      receiving.revoke(id);
      await sending.revoke(id);
      return { ...view, paired: false, trust: 'none' };
    },
    'invite.create': async ({ trust }) => {
      const { code, expiresMs } = invites.create(trust);
      return { code, expires: expiresMs, addresses: parts.device().addresses };
    },
    'invite.join': async ({ address, code }, signal) => {
      const { id } = await invites.join(address, code, signal);
      return peerView(id);
    },
    'pair.open': async () => pairings.openWindow(),
    'pair.start': async ({ target }, signal) => {
      const link = await openTarget(parts, target, signal);
      return await pairings.start(link, signal);
    },
    'pair.confirm': async ({ pairing, matches }) => await pairings.confirm(pairing, matches),
    'offers.list': async () => offers.list(),
    'offers.accept': async ({ job, into, always }) => await offers.accept(job, into, always),
    'offers.decline': async ({ job }) => offers.decline(job),
    'jobs.send': async ({ paths, to, options }) => {
      const targets = to.map((reference) => peers.find(reference));
      const views = [];
      for (const target of targets) views.push(await sending.send(paths, target, withLimit(options)));
      return views;
    },
    'jobs.sendWithCode': async ({ paths, options }) => {
      const waiting = await sending.sendWithCode(paths, withLimit(options));
      return { ...waiting, addresses: parts.device().addresses };
    },
    'jobs.receive': async ({ address, code, into, options }, signal) => {
      if (!isAbsolute(into)) throw new Failure('usage', { subject: into, reason: 'path is not absolute' });
      const { issuerShortId } = parseOneTimeCode(code);
      const addresses = address === null ? await parts.findByShortId(issuerShortId, signal) : [address];
      const { link, redeemed } = await redeemAtAny(parts, addresses, code, signal);
      link.admitJob(redeemed.job);
      return await receiving.start(link, redeemed, into, withLimit(options));
    },
    'jobs.list': async () => await book.list(),
    'jobs.get': async ({ job }) => await book.find(job),
    'jobs.wait': async ({ job }, signal) => await book.wait(job, signal),
    'jobs.cancel': async ({ job }) => await stop(job, 'cancelled'),
    'jobs.clean': async () => ({ removed: await cleanParts(parts.state) }),
    'jobs.interrupt': async ({ job }) => await stop(job, 'interrupted'),
  };
}

/** A link to somebody to pair with: a name or id seen on the network, else an address. */
async function openTarget(parts: CallParts, target: string, signal: AbortSignal) {
  const wanted = target.toLowerCase();
  const seen = parts
    .listPeers()
    .filter(
      (peer) => peer.name.toLowerCase() === wanted || (wanted.length >= 4 && peer.shortId.startsWith(wanted)),
    );
  if (seen.length > 1) throw new Failure('ambiguous', { subject: target });
  const peer = seen[0];
  if (peer === undefined) return await parts.links.openByAddress(target, signal);
  if (peer.id !== null) return await parts.links.open(peer.id, peer.addresses, signal);
  const [address] = peer.addresses;
  if (address === undefined) throw new Failure('unreachable', { subject: target });
  return await parts.links.openByAddress(address, signal, { expectShortId: peer.shortId });
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
