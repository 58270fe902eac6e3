import { MAX_PRE_AUTH_SOCKETS, MAX_PRE_AUTH_SOCKETS_PER_ADDRESS } from '../wire/limits.ts';

/**
 * Most connections at once that have not shown who they are, from an address that has a trusted live link:
 * every data connection of all its jobs may open at once (16 × 8), with room for a second round.
 */
const MAX_SOCKETS_PER_TRUSTED_ADDRESS = 256;

/** A place under the caps, kept by one connection. */
export interface Hold {
  readonly host: string;
  /** While this says true the connection does not count: it has shown that it is trusted. */
  isTrusted: () => boolean;
  /** Gives the place back; safe to call twice. */
  release(): void;
}

/** Counts connections that are not trusted yet, over all addresses and per address. */
export class PreAuthCaps {
  readonly #held = new Set<Hold>();
  readonly #isTrustedHost: (host: string) => boolean;

  /** `isTrustedHost` says whether an address has a live link of a trusted device: it does not count then. */
  constructor(isTrustedHost: (host: string) => boolean) {
    this.#isTrustedHost = isTrustedHost;
  }

  /** A place for one more connection from `host`, or null when the caps are reached. */
  take(host: string): Hold | null {
    const counted = [...this.#held].filter((hold) => !hold.isTrusted());
    const sameHost = counted.filter((hold) => hold.host === host).length;
    if (this.#isTrustedHost(host)) {
      if (sameHost >= MAX_SOCKETS_PER_TRUSTED_ADDRESS) return null;
    } else {
      const strangers = counted.filter((hold) => !this.#isTrustedHost(hold.host)).length;
      if (sameHost >= MAX_PRE_AUTH_SOCKETS_PER_ADDRESS || strangers >= MAX_PRE_AUTH_SOCKETS) return null;
    }
    const hold: Hold = { host, isTrusted: () => false, release: () => this.#held.delete(hold) };
    this.#held.add(hold);
    return hold;
  }
}
