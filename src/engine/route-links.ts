import type { PeerTable } from './discovery/peer-table.ts';
import type { JobBook } from './jobs/job-book.ts';
import type { Measures } from './jobs/measures.ts';
import type { Offers } from './jobs/offers.ts';
import type { Orders } from './jobs/orders.ts';
import type { PeerBook } from './jobs/peer-book.ts';
import type { ReceivingJobs } from './jobs/receiving.ts';
import type { SendingJobs } from './jobs/sending.ts';
import { formatAddress } from './link/address.ts';
import type { Invites } from './link/invites.ts';
import type { Link } from './link/link.ts';
import type { Links } from './link/links.ts';
import type { Pairings } from './link/pairings.ts';
import type { Sharing } from './shares/sharing.ts';

interface RoutedParts {
  readonly links: Links;
  readonly pairings: Pairings;
  readonly invites: Invites;
  readonly sharing: Sharing;
  readonly sending: SendingJobs;
  readonly receiving: ReceivingJobs;
  readonly orders: Orders;
  readonly offers: Offers;
  readonly measures: Measures;
  readonly book: Pick<JobBook, 'isEnding'>;
  readonly peers: PeerBook;
  readonly table: PeerTable;
  readonly onFailure: (error: unknown) => void;
}

/** Brings what comes over links to whom it concerns, and tells everybody who comes and goes. */
export function routeLinks(parts: RoutedParts): void {
  const {
    links,
    pairings,
    invites,
    sharing,
    sending,
    receiving,
    orders,
    offers,
    measures,
    book,
    peers,
    table,
    onFailure,
  } = parts;
  links.onMessage((link, message) => {
    pairings.handle(link, message);
    invites.handle(link, message);
    if (sharing.handle(link, message)) return;
    // A job this engine has forgotten is over for its destination too: it need not be told again.
    if (message.kind === 'job-ended' && !sending.has(message.job)) {
      if (!book.isEnding(message.job)) link.tell({ kind: 'job-ended-ack', job: message.job });
      return;
    }
    const isTaken =
      sending.handle(link, message) ||
      receiving.handle(link, message) ||
      orders.handle(link, message) ||
      offers.handle(link, message) ||
      measures.handle(link, message);
    if (!isTaken && message.kind === 'job-query') {
      // One question at a time, however many are asked.
      link.holdWhile(receiving.tellStored(link, message.job).catch(onFailure));
    }
  });
  links.onLink((link) => {
    if (peers.has(link.peerId)) {
      table.linkUp(link.peerId, link.isDialled ? addressOf(link) : null);
      void peers.noteAnnouncedName(link.peerId, link.peerHello.name).catch(onFailure);
    }
    sending.linked(link);
    receiving.linked(link);
    void link.closed.then(() => {
      if (links.get(link.peerId) !== null) return;
      table.linkDown(link.peerId);
      sending.unlinked(link.peerId);
      receiving.unlinked(link.peerId);
      measures.unlinked(link.peerId);
    });
  });
}

/** Where a device was reached that was dialled from here. */
export function addressOf(link: Link): string {
  return formatAddress({ host: link.remoteHost, port: link.remotePort });
}
