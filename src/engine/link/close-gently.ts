import type { Duplex } from 'node:stream';

/** Time a peer gets to take the last bytes before the socket is destroyed. */
const LINGER_MS = 1_000;

/**
 * Sends what is written, ends, and destroys after a second at the latest. What still arrives is thrown away,
 * because closing with unread bytes makes the kernel reset the connection and the peer lose our last words.
 */
export function closeGently(stream: Duplex): void {
  if (stream.destroyed) return;
  const timer = setTimeout(() => stream.destroy(), LINGER_MS);
  stream.once('close', () => clearTimeout(timer));
  stream.removeAllListeners('data');
  stream.on('error', () => stream.destroy());
  stream.resume();
  stream.end();
}
