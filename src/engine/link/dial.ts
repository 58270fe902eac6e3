import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { checkPeer } from '../identity/check-peer.ts';
import type { Identity } from '../identity/identity.ts';
import { CONTROL_SERVER_NAME, clientTlsSettings } from '../identity/tls-settings.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../wire/limits.ts';
import { abortFailure } from './abort-failure.ts';
import { formatAddress, type HostPort } from './address.ts';

/** Head start of an address over the next one, as in RFC 8305. */
const STAGGER_MS = 200;

/** Which failure says most when several addresses fail in different ways; later is better. */
const TELLING = ['cancelled', 'unreachable', 'timeout', 'not-ferry', 'peer-misbehaved', 'wrong-device'];

export interface DialOptions {
  readonly identity: Identity;
  /** Judges who answered, before any byte is sent; throws Failure to refuse. */
  readonly check: (id: DeviceId) => void;
}

/** A connection whose other end has proven its key. Nothing has been sent but the handshake. */
export interface Dialled {
  readonly socket: TLSSocket;
  readonly peerId: DeviceId;
}

function dialFailure(error: unknown, target: HostPort): Failure {
  if (error instanceof Failure) return error;
  const subject = formatAddress(target);
  const code = (error as { code?: unknown } | null)?.code;
  const reason = typeof code === 'string' ? code : 'closed';
  const isTls = reason.startsWith('ERR_SSL') || reason.startsWith('ERR_TLS') || reason === 'EPROTO';
  return new Failure(isTls ? 'not-ferry' : 'unreachable', { subject, reason }, error);
}

/** Connects, finishes the handshake and checks the key. Throws Failure; the socket is destroyed then. */
export function dial(target: HostPort, options: DialOptions, signal: AbortSignal): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortFailure(signal));
    const socket = connect({
      ...clientTlsSettings(options.identity, CONTROL_SERVER_NAME),
      host: target.host,
      port: target.port,
    });
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('close', onClose).off('secureConnect', onSecure).off('error', fail);
    };
    const fail = (error: unknown) => {
      settle();
      // A destroyed socket may still report why; nobody listens any more.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(dialFailure(error, target));
    };
    const onAbort = () => fail(abortFailure(signal));
    const onClose = () =>
      fail(new Failure('unreachable', { subject: formatAddress(target), reason: 'closed' }));
    const onSecure = () => {
      try {
        const peerId = checkPeer(socket);
        options.check(peerId);
        settle();
        socket.on('error', () => socket.destroy());
        resolve({ socket, peerId });
      } catch (error) {
        fail(error);
      }
    };
    const timer = setTimeout(
      () => fail(new Failure('timeout', { subject: formatAddress(target) })),
      HANDSHAKE_TIMEOUT_MS,
    );
    signal.addEventListener('abort', onAbort);
    socket.once('secureConnect', onSecure).once('close', onClose).on('error', fail);
  });
}

function mostTelling(failures: readonly Failure[]): Failure {
  const rank = (failure: Failure) => TELLING.indexOf(failure.code);
  return failures.reduce((best, next) => (rank(next) > rank(best) ? next : best));
}

/**
 * Dials all addresses, each a fifth of a second after the one before (at once when that one fails); the first
 * whose other end passes the check wins, the rest are destroyed.
 * Throws the most telling Failure when none does.
 */
export async function dialFirst(
  targets: readonly HostPort[],
  options: DialOptions,
  signal: AbortSignal,
): Promise<Dialled> {
  if (targets.length === 0) throw new Failure('unreachable', { reason: 'no address' });
  const race = new AbortController();
  const stop = AbortSignal.any([signal, race.signal]);
  let winner: Dialled | null = null;
  const failures: Failure[] = [];
  const attempt = async (target: HostPort) => {
    try {
      const dialled = await dial(target, options, stop);
      if (winner === null) winner = dialled;
      else dialled.socket.destroy();
      race.abort();
    } catch (error) {
      failures.push(toFailure(error));
    }
  };
  const attempts: Promise<void>[] = [];
  for (const target of targets) {
    if (winner !== null || signal.aborted) break;
    const running = attempt(target);
    attempts.push(running);
    const headStart = sleep(STAGGER_MS, undefined, { signal: stop }).catch(() => undefined);
    await Promise.race([running, headStart]);
  }
  await Promise.all(attempts);
  if (winner !== null) return winner;
  throw signal.aborted ? abortFailure(signal) : mostTelling(failures);
}
