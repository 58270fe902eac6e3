import type { DeviceKind, Visibility } from '../../shared/device.ts';

/** What this device tells the network about itself. */
export interface Announcement {
  /** First 20 base32 characters of the device id. */
  readonly shortId: string;
  readonly name: string;
  readonly kind: DeviceKind;
  /** TCP port the device listens on; 0 announces nothing. */
  readonly port: number;
  /** `paired` drops id and name; `off` announces nothing and only looks for others. */
  readonly visibility: Visibility;
}

/**
 * A device that announced itself. A hint and nothing more: anyone on the network can send one, so it is
 * cleaned and bounded but never believed. Who answers at an address is known only from the handshake.
 */
export interface Sighting {
  /** Random per announcement; says nothing about the device, only that two packets belong together. */
  readonly tag: string;
  /** Null where the device shows itself to paired devices only. */
  readonly shortId: string | null;
  readonly name: string | null;
  readonly kind: DeviceKind;
  readonly port: number;
  /** IP addresses without port or brackets, at most MAX_ADDRESSES, the sender's own first. */
  readonly addresses: readonly string[];
  /** Interface of this device on which it was heard. */
  readonly interfaceName: string;
}

/** `left` is a goodbye: as forgeable as the rest, so a reason to look again, not a fact. */
export type SightingChange =
  | { readonly kind: 'seen'; readonly sighting: Sighting }
  | { readonly kind: 'left'; readonly tag: string };

/**
 * Finds devices on the local network. Start and stop are safe to repeat, in any order; a stopped one may be
 * started again. Trouble with the network is logged, never thrown: there are other ways to reach a peer.
 */
export interface Discovery {
  /**
   * Begins to look, and to announce once {@link Discovery.announce} has been called. Does not wait for an
   * answer from the network. Throws `cancelled` when `signal` has aborted already.
   */
  start(signal: AbortSignal): Promise<void>;
  /** Says goodbye, closes every socket and timer, forgets what was seen. */
  stop(): Promise<void>;
  /** Replaces what is announced; may come before or after the start. */
  announce(announcement: Announcement): void;
  /** Tells what is known now, then every later sighting (a repeat at most once a second), until `signal` aborts. */
  sightings(listener: (change: SightingChange) => void, signal: AbortSignal): void;
  /** There are interfaces to look on, and none of them lets us: the port is held, or we may not. */
  readonly isDeaf: boolean;
  /** Asks the network again at once: after a wake, or when a person opens the list. */
  refresh(): void;
}

/** Sightings remembered at once: far above any home or office, small in memory when somebody floods. */
export const MAX_SIGHTINGS = 512;
/** Addresses taken from one announcement: a few per family on one interface. */
export const MAX_ADDRESSES = 8;
