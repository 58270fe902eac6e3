import type { CallParts, HandlersOf } from './call-parts.ts';

/** Measuring the way to a peer. */
export function createNetworkCalls({ peers, networkTests }: CallParts): HandlersOf<'network'> {
  return {
    'network.test': async ({ peer, secondsPerStep }, signal) =>
      await networkTests.start(peers.find(peer), secondsPerStep, signal),
    'network.stopTest': async ({ test }) => networkTests.stop(test),
  };
}
