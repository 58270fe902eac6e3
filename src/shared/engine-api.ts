import type { CopyOptions } from './copy-options.ts';
import type { Address, DeviceView, PairingView, PeerView, Trust } from './device.ts';
import type { Failure } from './failure.ts';
import type { JobId, PairingId } from './ids.ts';
import type { JobView, OfferView } from './job.ts';

interface Call<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** PEER as a person names it: the local name of a paired device or a prefix of its id, or `host:port`. */
export type PeerRef = string;

/** Everything a front end may ask of an engine. The bridge derives both of its ends from these names. */
export interface EngineCalls {
  'device.get': Call<Record<string, never>, DeviceView>;
  'device.rename': Call<{ name: string }, DeviceView>;
  'peers.list': Call<Record<string, never>, readonly PeerView[]>;
  'peers.trust': Call<{ peer: PeerRef; trust: Trust }, PeerView>;
  'peers.unpair': Call<{ peer: PeerRef }, PeerView>;
  /** One-time invite; `expires` is Unix ms. */
  'invite.create': Call<{ trust: Trust }, { code: string; expires: number; addresses: readonly Address[] }>;
  'invite.join': Call<{ address: Address; code: string }, PeerView>;
  /** Opens the window for 120 s; what happens in it is told by `pairing-changed` events. */
  'pair.open': Call<Record<string, never>, { expiresMs: number }>;
  /** Resolves once the digits are known on this side. */
  'pair.start': Call<{ target: PeerRef }, PairingView>;
  /** Says whether the digits match; resolves with the end state (both confirmed, or failed). */
  'pair.confirm': Call<{ pairing: PairingId; matches: boolean }, PairingView>;
  'offers.list': Call<Record<string, never>, readonly OfferView[]>;
  'offers.accept': Call<{ job: string; into: string | null; always: boolean }, JobView>;
  'offers.decline': Call<{ job: string }, OfferView>;
  /** One job per peer. Paths are absolute. */
  'jobs.send': Call<
    { paths: readonly string[]; to: readonly PeerRef[]; options: CopyOptions },
    readonly JobView[]
  >;
  /** Waits for one receiver that presents the code. `code` is 28 Crockford characters in fours. */
  'jobs.sendWithCode': Call<
    { paths: readonly string[]; options: CopyOptions },
    { job: JobView; code: string; addresses: readonly Address[]; expires: number }
  >;
  /** `address` null: the sender is found on the network by the code. `into` is absolute and is created. */
  'jobs.receive': Call<
    { address: Address | null; code: string; into: string; options: CopyOptions },
    JobView
  >;
  'jobs.list': Call<Record<string, never>, readonly JobView[]>;
  /** `job` may be a unique prefix. */
  'jobs.get': Call<{ job: string }, JobView>;
  /** Resolves when the job has ended. */
  'jobs.wait': Call<{ job: string }, JobView>;
  'jobs.cancel': Call<{ job: string }, JobView>;
  /** Removes the parts that ended jobs left; the paths are those removed. */
  'jobs.clean': Call<Record<string, never>, { removed: readonly string[] }>;
  /** Stops the job's traffic and keeps what arrived: what Ctrl-C does. */
  'jobs.interrupt': Call<{ job: string }, JobView>;
}

export type CallName = keyof EngineCalls;
export type CallInput<Name extends CallName> = EngineCalls[Name]['input'];
export type CallOutput<Name extends CallName> = EngineCalls[Name]['output'];

/** What a front end sees first; then numbered events keep it current. */
export interface Snapshot {
  readonly device: DeviceView;
  readonly peers: readonly PeerView[];
  readonly offers: readonly OfferView[];
  readonly jobs: readonly JobView[];
  readonly pairings: readonly PairingView[];
  /** Number of the last event this snapshot contains. */
  readonly number: number;
}

/** Past tense, whole new value each: applying one twice changes nothing. */
export type EngineEvent =
  | { readonly kind: 'device-changed'; readonly device: DeviceView }
  | { readonly kind: 'peer-changed'; readonly peer: PeerView }
  | { readonly kind: 'peer-removed'; readonly shortId: string }
  | { readonly kind: 'offer-added'; readonly offer: OfferView }
  | { readonly kind: 'offer-removed'; readonly job: JobId }
  | { readonly kind: 'job-changed'; readonly job: JobView }
  | { readonly kind: 'pairing-changed'; readonly pairing: PairingView };

export interface NumberedEvent {
  readonly number: number;
  readonly event: EngineEvent;
}

/** The engine as every front end holds it: in process, or through a carrier of the bridge. */
export interface EngineApi {
  /** Throws Failure. */
  call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    signal: AbortSignal,
  ): Promise<CallOutput<Name>>;
  snapshot(signal: AbortSignal): Promise<Snapshot>;
  /** Delivers every event after it was called, in order, until `signal` aborts. Subscribe first, then snapshot. */
  subscribe(listener: (event: NumberedEvent) => void, signal: AbortSignal): void;
  /** Resolves when the engine (or the carrier to it) has ended; the failure says why, null is a clean end. */
  readonly closed: Promise<Failure | null>;
}
