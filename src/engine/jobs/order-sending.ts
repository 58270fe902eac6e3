import { setTimeout as delay } from 'node:timers/promises';
import { Failure, type FailureCode, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Link } from '../link/link.ts';
import type { Links } from '../link/links.ts';
import type { LinkMessageOf } from '../wire/control-messages.ts';
import { MAX_ADDRESSES_PER_DEVICE } from '../wire/limits.ts';
import { type GrantAsker, refusalOf } from './ask-grant.ts';
import type { JobParts } from './job-parts.ts';
import type { Sending } from './sending-job.ts';
import { showAway } from './show-sending.ts';
import { addressesOf, toAddressText } from './source-addresses.ts';

/** Time between two tries to reach the source of an order. */
const RETRY_MS = 1_500;

/** A source that cannot be reached may be back in a moment; any other failure is its answer. */
const PASSING: ReadonlySet<FailureCode> = new Set([
  'unreachable',
  'peer-gone',
  'timeout',
  'too-many-open-files',
]);

/**
 * Has the source of an order let its destination pull. It has been asked before; a source that has forgotten it is
 * asked again, the same question has the same answer. Tries until the source is there or the job ends.
 * @returns the source's no; null: the right is there, or the engine stops.
 */
export async function secureGrant(
  { ownId, book, signal, log, addressesOf: addressesNow }: JobParts,
  asker: GrantAsker,
  sending: Sending,
): Promise<Failure | null> {
  const { live, order, pullerId, secretHash } = sending;
  if (order?.kind !== 'elsewhere' || pullerId === null || order.source.id === pullerId) return null;
  const { job } = live.key;
  const { source, items } = order;
  const question = {
    job,
    puller: pullerId,
    pullerName: live.view.peer?.name ?? '',
    secretHash,
    items: [...items],
  };
  while (!signal.aborted && source.id !== ownId && book.get(job) === live) {
    try {
      const { granted, link } = await asker.ask(source, question, signal);
      const here = addressesOf(link, granted.dataPort).map(({ host, port }) => toAddressText(host, port));
      const known = new Set([...here, ...addressesNow(source.id), ...granted.addresses]);
      const addresses = [...known].slice(0, MAX_ADDRESSES_PER_DEVICE);
      sending.order = { ...order, granted, source: { ...source, addresses } };
      return null;
    } catch (error) {
      const failure = toFailure(error);
      if (!PASSING.has(failure.code)) return blame(failure, source.name);
      log('debug', 'source-not-reached', { code: failure.code });
      showAway(book, sending);
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}

/** An order of ours is over: its source need not keep the right. A source that is away lets it end by itself. */
export function tellElsewhere(links: Links, { live, order }: Sending): void {
  if (order?.kind !== 'elsewhere') return;
  links.get(order.source.id)?.tell({ kind: 'job-cancel', job: live.key.job, reason: 'cancelled' });
}

/** Whether a job ends when trust in this device does. */
export function isPartOf({ pullerId, live, order }: Sending, id: DeviceId): boolean {
  if (pullerId === id || live.key.orderer === id) return true;
  return order?.kind === 'elsewhere' && order.source.id === id;
}

/** The same, with the name of the device that is not paired any more. */
export function notPaired({ live, order }: Sending, id: DeviceId): Failure {
  const source = order?.kind === 'elsewhere' && order.source.id === id ? order.source.name : undefined;
  const { peer, between } = live.view;
  const named = [peer, between?.orderedBy].find((device) => device?.id === id)?.name;
  const subject = source ?? named;
  return new Failure('not-paired', subject === undefined ? {} : { subject });
}

/** What the destination says no to. */
export function refusalAt(link: Link, sending: Sending, message: LinkMessageOf<'offer-answer'>): Failure {
  const failure = refusalOf(message, message.code ?? 'declined');
  return sending.order === null
    ? failure
    : blame(failure, sending.live.view.peer?.name ?? link.peerHello.name);
}

/** Says which device refused an order. */
export function blame(failure: Failure, device: string): Failure {
  const { code, subject, reason } = failure;
  const place = subject === undefined ? device : `${device}:${subject}`;
  return new Failure(code, { subject: place, ...(reason === undefined ? {} : { reason }) });
}
