import { availableParallelism } from 'node:os';
import type { DataAddress } from '../transfer/data-socket.ts';

/**
 * Connections for `--streams auto`. One keeps a core busy at each end, and on one machine both ends share
 * the cores: there a second one only costs. Across a network a second one covers for a lost packet on the
 * first. Measured choice comes with `ferry bench`.
 */
export function automaticStreams(addresses: readonly DataAddress[], cores = availableParallelism()): number {
  const isThisMachine = addresses.every(({ host }) => isLoopback(host));
  return isThisMachine && cores <= 4 ? 1 : 2;
}

function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.') || host.startsWith('::ffff:127.');
}
