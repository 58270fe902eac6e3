import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

export const MDNS_ADDRESS = '224.0.0.251';
/** RFC 6762 §2. */
export const MDNS_PORT = 5353;
/** TTL that RFC 6762 §11 asks for. */
const MDNS_TTL = 255;
/** A copy of one's own packet comes at once; other devices may wait 120 ms before they answer. */
const LISTEN_MS = 900;
const RESEND_MS = 300;
const TYPE_PTR = 12;
const CLASS_IN = 1;
const FERRY_LABEL = Buffer.from('\u0006_ferry', 'latin1');
const IS_ANSWER = 0x80;

/** What came of one query on one interface. */
export interface MulticastEcho {
  /** The own packet came back from the network stack. */
  readonly isHeard: boolean;
  /** Addresses, not this one, that answered for Ferry. */
  readonly answers: ReadonlySet<string>;
  /** The system's name of what went wrong: `EADDRINUSE`, `EPERM`; null when nothing did. */
  readonly error: string | null;
}

/** Asks for Ferry devices, and beside that for a name nobody has: by that the packet is known again. */
export function encodeQuery(tag: string): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]);
  const question = (...labels: readonly string[]): Buffer =>
    Buffer.concat([
      ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
      Buffer.from([0, 0, TYPE_PTR, 0, CLASS_IN]),
    ]);
  return Buffer.concat([
    header,
    question('_ferry', '_tcp', 'local'),
    question(tag, '_ferry', '_tcp', 'local'),
  ]);
}

/**
 * Sends a query of ours on the interface with this IPv4 address, as discovery does, and hears what comes.
 * Never throws; ends early with `signal`.
 */
export async function echoMulticast(
  ipv4: string,
  signal: AbortSignal,
  port = MDNS_PORT,
): Promise<MulticastEcho> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const query = encodeQuery(`doctor-${randomBytes(8).toString('hex')}`);
  const answers = new Set<string>();
  let isHeard = false;
  let error: string | null = null;
  const stop = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  await new Promise<void>((resolve) => {
    const fail = (cause: unknown) => {
      error ??= (cause as { code?: string }).code ?? String(cause);
      resolve();
    };
    const send = () => {
      socket.send(query, port, MDNS_ADDRESS, (cause) => {
        if (cause) fail(cause);
      });
    };
    signal.addEventListener('abort', () => resolve(), { signal: stop.signal });
    if (signal.aborted) resolve();
    socket.on('error', fail);
    socket.on('message', (message, sender) => {
      if (message.equals(query)) isHeard = true;
      else if (isFerryAnswer(message) && sender.address !== ipv4) answers.add(sender.address);
      if (isHeard && answers.size > 0) resolve();
    });
    socket.bind({ port, address: '0.0.0.0' }, () => {
      try {
        socket.addMembership(MDNS_ADDRESS, ipv4);
        socket.setMulticastInterface(ipv4);
        socket.setMulticastLoopback(true);
        socket.setMulticastTTL(MDNS_TTL);
      } catch (cause) {
        return fail(cause);
      }
      send();
      timers.push(setTimeout(send, RESEND_MS), setTimeout(resolve, LISTEN_MS));
    });
  });
  for (const timer of timers) clearTimeout(timer);
  stop.abort();
  // A packet still on its way out may fail after nobody asks any more.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.close(resolve));
  return { isHeard, answers, error };
}

function isFerryAnswer(message: Buffer): boolean {
  return ((message[2] ?? 0) & IS_ANSWER) !== 0 && message.includes(FERRY_LABEL);
}
