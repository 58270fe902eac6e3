/** How the peer table measures liveness. Multicast tells when to look; only a handshake tells who is there. */

/** An unpaired peer is asked this often whether it is still there. */
export const PROBE_INTERVAL_MS = 8_000;
/** The second try comes sooner, so that a killed peer is offline within 8 + 3 + 2 + 3 = 16 s. */
export const PROBE_RETRY_MS = 2_000;
/** A probe is one handshake on the local network. */
export const PROBE_TIMEOUT_MS = 3_000;
/** Failed probes in a row that make a peer offline. */
export const PROBES_UNTIL_OFFLINE = 2;
/** An offline peer that still announces itself is asked at this pace, then forgotten. */
export const OFFLINE_PROBE_INTERVAL_MS = 30_000;
export const FORGET_AFTER_MS = 10 * 60_000;
/** First probes of peers nobody has vouched for, at once: a flood of announcements must not become one of dials. */
export const MAX_FIRST_PROBES = 8;
/** However often a peer that is not online is announced, it is tried no sooner than this after the last time. */
export const MIN_TRY_GAP_MS = 3_000;

/** Links to paired peers are tried again after 1, 2, 4 ... 30 s, or when announced. */
export const CONNECT_RETRY_MS = 1_000;
export const MAX_CONNECT_RETRY_MS = 30_000;
export const CONNECT_TIMEOUT_MS = 10_000;

/** Unpaired peers in the table; of a flood, those never reached go first. */
export const MAX_UNPAIRED_PEERS = 128;
/** Announcements that count for one peer: one per interface it has in common with this device, and spare. */
export const MAX_SIGHTINGS_PER_PEER = 8;
/** Addresses tried for one peer, last good ones first. */
export const MAX_ADDRESSES_PER_PEER = 8;
/** Addresses remembered as good. */
export const MAX_GOOD_ADDRESSES = 4;
