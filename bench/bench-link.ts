import { createNamespaces } from '../e2e/network-namespaces.ts';

/** What lies between the two ends. */
export type BenchLinkKind = 'loopback' | '1gbit' | '100mbit';

/** Two ends and how to run something at each. The owner closes it. */
export interface BenchLink {
  /** Command and arguments that run a command at that end; empty: as it is. */
  readonly sender: readonly string[];
  readonly receiver: readonly string[];
  /** Addresses of the ends, as the other one reaches them. */
  readonly senderHost: string;
  readonly receiverHost: string;
  close(): Promise<void>;
}

const LOOPBACK: BenchLink = {
  sender: [],
  receiver: [],
  senderHost: '127.0.0.1',
  receiverHost: '127.0.0.1',
  close: () => Promise.resolve(),
};

/**
 * Loopback, or two network namespaces joined by a cable that a token bucket (tc-tbf) limits in both directions.
 * Throws where namespaces cannot be made: they need root.
 */
export async function openLink(kind: BenchLinkKind): Promise<BenchLink> {
  if (kind === 'loopback') return LOOPBACK;
  const network = await createNamespaces({ rate: kind });
  const [sender, receiver] = [network.host(0), network.host(1)];
  const at = (name: string) => ['ip', 'netns', 'exec', name];
  return {
    sender: at(sender.name),
    receiver: at(receiver.name),
    senderHost: sender.ipv4,
    receiverHost: receiver.ipv4,
    close: () => network.close(),
  };
}
