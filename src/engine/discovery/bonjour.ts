import type { EventEmitter } from 'node:events';
import { Bonjour } from 'bonjour-service';
import type { Failure } from '../../shared/failure.ts';
import { toFailure } from '../../shared/failure.ts';
import type { Announcement, SightingChange } from './discovery.ts';
import {
  type MdnsPacket,
  type MdnsRecord,
  readSightings,
  SERVICE_NAME,
  SERVICE_TYPE,
} from './mdns-packet.ts';
import type { NetworkInterface } from './network-interfaces.ts';
import { toTxtEntries } from './txt-record.ts';

/** What the library keeps private but has to be held to run it safely: errors, bounds, addresses. */
interface InnerMdns extends EventEmitter {
  query(name: string, type: string, callback: (error?: Error | null) => void): void;
  respond(answer: MdnsRecord[] | Answer, rinfo?: unknown, callback?: unknown): void;
}

interface Answer {
  answers: MdnsRecord[];
  additionals?: MdnsRecord[];
}

export interface BonjourOptions {
  readonly network: NetworkInterface;
  /** 5353, but for tests. */
  readonly port: number;
  /** Name of the service and the host. */
  readonly tag: string;
  /** Null only looks. */
  readonly announcement: Announcement | null;
  /** One change heard on this interface. */
  readonly onChange: (change: SightingChange) => void;
  /** The socket hears the network. */
  readonly onReady: () => void;
  /** The socket cannot be used, or a packet could not be sent; discovery goes on elsewhere. */
  readonly onFailure: (failure: Failure) => void;
}

/** Discovery on one interface: one socket, at most one published service. */
export interface BonjourInstance {
  /** Asks who is there; a failure to send goes to `onFailure`. */
  query(): void;
  /** Says goodbye if something was announced, then closes the socket. Never throws. */
  close(): Promise<void>;
}

/** Questions of one packet that are answered; each may cost a multicast answer. */
const MAX_QUESTIONS = 16;
/** Answers a second: two a second per asking device is usual, more is somebody using us to flood. */
const MAX_ANSWERS_PER_SECOND = 50;
/** A goodbye is one packet; a socket that has not sent it by now will not. */
const GOODBYE_TIMEOUT_MS = 500;
/** TTL of host addresses (RFC 6762 §10). */
const HOST_TTL_SECONDS = 120;

/**
 * Opens mDNS on `network` and announces there, unless `announcement` is null, a service called `tag` at the host
 * `<tag>.local`: neither record can carry the name of this machine or its user.
 *
 * The library publishes, answers and says goodbye. Its browser is not used: it remembers without bound,
 * compares records quadratically, keeps the first addresses it saw, and tells nothing of repeats; answers
 * are read by {@link readSightings} instead.
 */
export function openBonjour({
  network,
  port,
  tag,
  announcement,
  ...handlers
}: BonjourOptions): BonjourInstance {
  const onError = (error: unknown): void => handlers.onFailure(toFailure(error, network.name, 'io'));
  // Without `bind` the library binds to the interface's address and hears no multicast on Linux. The typings
  // name the fields of a service here; the constructor hands them to multicast-dns.
  const options = { interface: network.ipv4, bind: '0.0.0.0', port } as object;
  const bonjour = new Bonjour(options, onError);
  const mdns = (bonjour as unknown as { server: { mdns: InnerMdns } }).server.mdns;
  // Before anything can be sent: an `error` without listener (port 5353 held) would end the process.
  mdns.on('error', onError);
  mdns.on('ready', handlers.onReady);
  mdns.on('warning', () => {
    // Undecodable packets of others and memberships that vanish with their interface; nothing to do or to say.
  });
  guardQuestions(mdns, network);
  announceOnly(mdns, network, `${tag}.local`);
  mdns.on('response', (packet: MdnsPacket, sender: { address: string }) => {
    for (const change of readSightings(packet, sender.address, network)) handlers.onChange(change);
  });
  const service =
    announcement === null
      ? null
      : bonjour.publish({
          name: tag,
          type: SERVICE_TYPE,
          protocol: 'tcp',
          host: `${tag}.local`,
          port: announcement.port,
          txt: toTxtEntries(announcement),
          probe: false,
        });
  return {
    query: () => {
      mdns.query(SERVICE_NAME, 'PTR', (error) => {
        if (error) onError(error);
      });
    },
    close: async () => {
      if (service !== null) await settledWithin(GOODBYE_TIMEOUT_MS, (done) => service.stop(done));
      await settledWithin(GOODBYE_TIMEOUT_MS, (done) => bonjour.destroy(done));
    },
  };
}

/** Puts a bound and an on-link check (RFC 6762 §11) before the library's answering. */
function guardQuestions(mdns: InnerMdns, network: NetworkInterface): void {
  const answerers = mdns.listeners('query');
  mdns.removeAllListeners('query');
  mdns.on('query', (query: { questions: readonly unknown[] }, sender: { address: string }) => {
    if (query.questions.length > MAX_QUESTIONS || !network.isOnLink(sender.address)) return;
    for (const answer of answerers) answer.call(mdns, query, sender);
  });
}

/**
 * Makes every answer carry the addresses of this interface only. The library would tell all addresses of
 * the machine on every network it is in, and none at all for loopback.
 */
function announceOnly(mdns: InnerMdns, network: NetworkInterface, host: string): void {
  const respond = mdns.respond.bind(mdns);
  let second = 0;
  let answersThisSecond = 0;
  mdns.respond = (answer, rinfo, callback) => {
    const { answers, additionals = [] } = Array.isArray(answer) ? { answers: answer } : answer;
    const isGoodbye = answers.some((record) => record.ttl === 0);
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) answersThisSecond = 0;
    second = now;
    answersThisSecond += 1;
    if (!isGoodbye && answersThisSecond > MAX_ANSWERS_PER_SECOND) {
      // The library's own repeats are chained through the callback, which it passes as either argument.
      for (const done of [rinfo, callback]) if (typeof done === 'function') done();
      return;
    }
    const ttl = isGoodbye ? 0 : HOST_TTL_SECONDS;
    const narrow = (records: MdnsRecord[]): MdnsRecord[] => {
      const others = records.filter((record) => record.type !== 'A' && record.type !== 'AAAA');
      const namesHost = others.length < records.length || others.some((record) => record.type === 'SRV');
      return namesHost ? [...others, ...toHostRecords(network, host, ttl)] : others;
    };
    respond({ answers: narrow(answers), additionals: narrow(additionals) }, rinfo, callback);
  };
}

function toHostRecords(network: NetworkInterface, host: string, ttl: number): MdnsRecord[] {
  return network.addresses.map((address) => ({
    type: address.includes(':') ? 'AAAA' : 'A',
    name: host,
    ttl,
    data: address,
  }));
}

/** Waits for a library callback that may never come: it is skipped when the socket failed. */
async function settledWithin(timeoutMs: number, begin: (done: () => void) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, timeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    try {
      begin(done);
    } catch {
      // Closing a socket that never opened throws; it is closed then.
      done();
    }
  });
}
