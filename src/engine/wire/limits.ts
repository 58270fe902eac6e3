/**
 * Every limit of the wire, with its reason. Checked before anything is allocated.
 * Source of the figures: the threat model in docs/security.md.
 */

/** Bytes an unauthenticated connection may send: a ClientHello with post-quantum key shares is about 1.5 kB. */
export const MAX_PRE_AUTH_BYTES = 16 * 1024;
/** Absolute time from accept to a finished handshake and hello. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Unauthenticated connections at once, over all addresses and per address. */
export const MAX_PRE_AUTH_SOCKETS = 64;
export const MAX_PRE_AUTH_SOCKETS_PER_ADDRESS = 8;
/** TLS handshakes worked on at once; the rest wait paused in the kernel's buffers. */
export const MAX_HANDSHAKES_AT_ONCE = 4;

/** One control frame, without its 4-byte length. */
export const MAX_CONTROL_FRAME_BYTES = 1024 * 1024;
export const MAX_CONTROL_DEPTH = 16;
export const MAX_CONTROL_ITEMS = 10_000;
export const MAX_CONTROL_STRING_BYTES = 64 * 1024;

/** Data connections of one job, and jobs of one peer that move at once. */
export const MAX_STREAMS_PER_JOB = 16;
export const MAX_JOBS_PER_PEER = 8;
/** Place in a destination's queue that a source believes: more jobs than any device has peers for. */
export const MAX_QUEUE_PLACE = 100_000;

/** Orders of one device that have not ended, at a source or a destination: far beyond what a person watches. */
export const MAX_ORDERS_PER_ORDERER = 64;
/** Bytes of a file that a range may begin at, or have: more than any file system holds, and two of them still add up. */
export const MAX_RANGE_BYTES = 2 ** 52;
/** Things that one order names; further ones go into a folder, or another order. */
export const MAX_ORDER_ITEMS = 256;
/** Places where a third device is looked for. */
export const MAX_ADDRESSES_PER_DEVICE = 16;

/** Paired peers ping this often and count as offline after LINK_DEAD_MS without a byte. */
export const PING_INTERVAL_MS = 5_000;
export const LINK_DEAD_MS = 15_000;
/** A data connection with wants open and no byte moving for this long is dead. */
export const DATA_DEAD_MS = 60_000;

/** One path component in bytes: the limit of every common Linux file system. */
export const MAX_NAME_BYTES = 255;
/** A symbolic link's target in bytes (PATH_MAX). */
export const MAX_LINK_TARGET_BYTES = 4096;
/** Folders inside folders: deep enough for any real tree, bounded for descriptors and recursion. */
export const MAX_FOLDER_DEPTH = 2_000;
