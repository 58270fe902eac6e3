import type { FailureData } from './failure.ts';
import type { DeviceId, PairingId } from './ids.ts';
import type { RuleHours } from './rule-hours.ts';

/** What a paired device may do: `other` may offer into the inbox, `mine` may also use shares and give orders. */
export type Trust = 'other' | 'mine';

/** Who sees this device on the network. */
export type Visibility = 'everyone' | 'paired' | 'off';

export type DeviceKind = 'desktop' | 'laptop' | 'server';

/** `host:port`; IPv6 hosts in brackets. Hosts may be names when typed by a person. */
export type Address = string;

/** This device, as its own screens show it. */
export interface DeviceView {
  readonly id: DeviceId;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly visibility: Visibility;
  /** Where it listens; empty while it does not. */
  readonly addresses: readonly Address[];
  readonly port: number;
  readonly inbox: string;
  /** Free space where the inbox is; null when it cannot be told. */
  readonly inboxFreeBytes: number | null;
  /** `no-discovery`: there is a network, but devices cannot be looked for on it. */
  readonly network: 'ok' | 'none' | 'no-discovery';
  /** Unix ms until which an unpaired device may start pairing; null while the window is closed. */
  readonly pairWindowEndsMs: number | null;
  /** The last device that wanted to pair while the window was closed. */
  readonly knock: { readonly shortId: string; readonly name: string; readonly atMs: number } | null;
}

/** Why a person is asked before much goes over a network: it is metered, a tunnel, or leads to the internet. */
export type NetworkCaution = 'metered' | 'vpn' | 'internet';

/** How a peer is reached now. */
export interface PeerPath {
  readonly kind: 'cable' | 'wifi' | 'vpn' | 'loopback' | 'other';
  /** Name of this machine's network interface. */
  readonly interface: string;
  /** Speed of the link, null when the system does not tell. */
  readonly megabitsPerSecond: number | null;
  /** Null: copying this way costs nothing but time, as far as the system tells. */
  readonly caution: NetworkCaution | null;
  readonly address: Address;
}

/** What "always accept" was granted for; bound to the peer's key. */
export interface AcceptRule {
  /** Absolute path. */
  readonly into: string;
  /** Null is no limit. */
  readonly maxBytes: number | null;
  /** Absent or null is at any time. */
  readonly hours?: RuleHours | null;
}

/** Another device: remembered because it is paired, or only announced on the network. */
export interface PeerView {
  /** Whole id when it is known from a handshake. */
  readonly id: DeviceId | null;
  /** First 20 base32 characters of the id, from TXT or computed from `id`. */
  readonly shortId: string;
  /** For a paired device its local name, fixed at pairing; else what it announces. Untrusted: escape. */
  readonly name: string;
  readonly kind: DeviceKind;
  readonly addresses: readonly Address[];
  readonly paired: boolean;
  readonly trust: Trust | 'none';
  readonly online: boolean;
  /** Unix ms; null when never seen since start. */
  readonly lastSeenMs: number | null;
  /** What it announces; null while it is not seen. Untrusted: escape. */
  readonly announcedName: string | null;
  readonly path: PeerPath | null;
  /** Something with this name and another key was met: nothing is sent until a person has looked. */
  readonly keyChanged: boolean;
  readonly rule: AcceptRule | null;
  /** Unix ms. */
  readonly pairedMs: number | null;
}

export type PairingState = 'connecting' | 'comparing' | 'confirmed-here' | 'done' | 'failed';

/** One run of the six-digit comparison, from either side. */
export interface PairingView {
  readonly pairing: PairingId;
  readonly role: 'initiator' | 'responder';
  readonly peer: { readonly id: DeviceId; readonly name: string } | null;
  /** Six digits once both nonces are known. */
  readonly code: string | null;
  readonly state: PairingState;
  readonly failure: FailureData | null;
  /** Unix ms. */
  readonly expiresMs: number;
}
