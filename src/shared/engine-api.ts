import type { CopyPlace } from './browse.ts';
import type { ConflictPolicy, CopyOptions } from './copy-options.ts';
import type { Address, DeviceView, PairingView, PeerView, Trust } from './device.ts';
import type { DoctorCheck, DoctorReport } from './doctor.ts';
import type { Failure } from './failure.ts';
import type { JobId, PairingId } from './ids.ts';
import type { CancelKeep, JobView, OfferView, Problem, SpeedSeries } from './job.ts';
import type { JobEntryPage } from './job-entry.ts';
import type { ManifestPage } from './manifest.ts';
import type { NetworkTestView } from './network-test.ts';
import type { Place, PlaceEntry, RootPlace } from './place.ts';
import type { RuleHours } from './rule-hours.ts';
import type { SettingsView } from './settings.ts';
import type { ShareView } from './share.ts';

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
  'settings.get': Call<Record<string, never>, SettingsView>;
  /** Only what is named changes; it holds at once. @throws Failure `usage`, `port-taken`. */
  'settings.update': Call<{ change: SettingsChange }, SettingsView>;
  'peers.list': Call<Record<string, never>, readonly PeerView[]>;
  'peers.trust': Call<{ peer: PeerRef; trust: Trust }, PeerView>;
  'peers.unpair': Call<{ peer: PeerRef }, PeerView>;
  /** Gives a paired device another name here. */
  'peers.rename': Call<{ peer: PeerRef; name: string }, PeerView>;
  /** Sets or (null) ends the rule under which a paired device is not asked for. */
  'peers.setRule': Call<
    {
      peer: PeerRef;
      rule: { into: Place; maxBytes: number | null; hours?: RuleHours | null | undefined } | null;
    },
    PeerView
  >;
  /** Looks at a typed address and lists who is there, unpaired too. @throws Failure `unreachable` and others. */
  'peers.add': Call<{ address: Address }, PeerView>;
  /** A person has seen the alarm and keeps the other key out: the peer stays as it was paired. */
  'peers.keepBlocked': Call<{ peer: PeerRef }, PeerView>;
  /** One-time invite; `expires` is Unix ms. */
  'invite.create': Call<{ trust: Trust }, { code: string; expires: number; addresses: readonly Address[] }>;
  'invite.join': Call<{ address: Address; code: string }, PeerView>;
  /** Opens the window for 120 s; what happens in it is told by `pairing-changed` events. */
  'pair.open': Call<Record<string, never>, { expiresMs: number }>;
  'pair.close': Call<Record<string, never>, DeviceView>;
  /** Resolves once the digits are known on this side. */
  'pair.start': Call<{ target: PeerRef }, PairingView>;
  /** Says whether the digits match; resolves with the end state (both confirmed, or failed). */
  'pair.confirm': Call<{ pairing: PairingId; matches: boolean }, PairingView>;
  'offers.list': Call<Record<string, never>, readonly OfferView[]>;
  /** `into` null is where the offer says. `always` makes a rule of it. `onConflict` null is what the source asks. */
  'offers.accept': Call<
    {
      job: string;
      into: Place | null;
      always: { maxBytes: number | null } | null;
      onConflict: ConflictPolicy | null;
    },
    JobView
  >;
  'offers.decline': Call<{ job: string }, OfferView>;
  /** One job per peer, all in one group. */
  'jobs.send': Call<
    { paths: readonly Place[]; to: readonly PeerRef[]; options: CopyOptions },
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
  /**
   * Copies between any two of a person's devices. The bytes go straight from source to destination.
   * All of `from` are on one device. @throws Failure `usage`, `no-such-path`, `unreachable`; a right that is
   * missing fails the job.
   */
  'jobs.copy': Call<{ from: readonly CopyPlace[]; to: CopyPlace; options: CopyOptions }, JobView>;
  'jobs.list': Call<Record<string, never>, readonly JobView[]>;
  /** `job` may be a unique prefix. */
  'jobs.get': Call<{ job: string }, JobView>;
  /** Resolves when the job has ended. */
  'jobs.wait': Call<{ job: string }, JobView>;
  /** Stops asking for content; what is under way arrives. Resolves when it holds. */
  'jobs.pause': Call<{ job: string }, JobView>;
  'jobs.resume': Call<{ job: string }, JobView>;
  'jobs.cancel': Call<{ job: string; keep: CancelKeep }, JobView>;
  /** Answers the question of a job for all its clashes, those still to come too; `choices` are exceptions by path. */
  'jobs.answer': Call<
    {
      job: string;
      policy: AnswerPolicy;
      choices: readonly { readonly path: string; readonly policy: AnswerPolicy }[];
    },
    JobView
  >;
  /** Moves a queued job before another queued one; null is to the end. */
  'jobs.reorder': Call<{ job: string; before: string | null }, JobView>;
  /**
   * Begins the job again: the same selection to the same peer (or to `to`), or only what of it failed. Only what is
   * missing moves. For a job received here it asks the source, and what that then offers is accepted.
   * @throws Failure `unknown-job`, `no-such-path`, `unreachable`, `declined` by the source, `usage`.
   */
  'jobs.again': Call<{ job: string; to: PeerRef | null; only: 'all' | 'failed' }, JobView>;
  /**
   * Ended jobs, the latest first, in which `query` occurs (a name, a device, a folder, the beginning of the id);
   * empty finds all. `before` is the last job of the page before this one.
   */
  'jobs.history': Call<
    { query: string; before: string | null; limit: number },
    { jobs: readonly JobView[]; more: boolean }
  >;
  /** Takes ended jobs off the list. */
  'jobs.forget': Call<{ jobs: readonly string[] }, { forgotten: readonly JobId[] }>;
  'jobs.problems': Call<
    { job: string; offset: number; limit: number },
    { problems: readonly Problem[]; total: number }
  >;
  /** What a job is made of, and what became of it; live too. @throws Failure `unknown-job`. */
  'jobs.entries': Call<{ job: string; offset: number; limit: number }, JobEntryPage>;
  /** Speed of a job so far: the last minute finely, the whole of it coarsely. */
  'jobs.speeds': Call<{ job: string }, { recent: SpeedSeries; whole: SpeedSeries }>;
  /** Removes the parts that ended jobs left; the paths are those removed. */
  'jobs.clean': Call<Record<string, never>, { removed: readonly string[] }>;
  /**
   * Reads back from disk what an ended job wrote and compares it with what came, from either side; `job-changed`
   * events tell how far it is. Resolves when that has ended. @throws Failure `unknown-job`, `usage`, `unreachable`.
   */
  'jobs.verify': Call<{ job: string }, JobView>;
  /**
   * The files that an ended job has brought here, each with the hash that it came with, part by part from page 0.
   * @throws Failure `unknown-job`; `usage` for a job that has not ended or was written elsewhere.
   */
  'jobs.manifest': Call<{ job: string; page: number }, ManifestPage>;
  /** Who ordered it leaves, as by Ctrl-C: an offer that nobody has answered is taken back, anything else is kept. */
  'jobs.interrupt': Call<{ job: string }, JobView>;
  /** Files a page holds: the job waits for the page, which then speaks to the web worker with `ticket`. */
  'page.send': Call<
    { selection: PageSelection; to: readonly PeerRef[]; options: CopyOptions },
    { jobs: readonly JobView[]; ticket: string }
  >;
  /** A page has the same files again: a job that waits for its page goes on. @throws Failure `unknown-job`, `changed`. */
  'page.resume': Call<{ job: string; selection: PageSelection }, { job: JobView; ticket: string }>;
  /** Folders a page may look into. */
  'places.roots': Call<Record<string, never>, readonly { root: string; name: string; writable: boolean }[]>;
  /** @throws Failure `no-such-path`, `no-permission`. */
  'places.list': Call<{ place: RootPlace }, { entries: readonly PlaceEntry[]; complete: boolean }>;
  'shares.list': Call<Record<string, never>, readonly ShareView[]>;
  /**
   * Adds a share or changes it; `dir` null keeps the folder of the one that has this name. `readers` and `writers`
   * are paired devices. @throws Failure `usage`, `no-such-path`.
   */
  'shares.set': Call<
    {
      name: string;
      dir: Place | null;
      readers: readonly PeerRef[] | 'mine';
      writers: readonly PeerRef[] | 'mine' | 'none';
    },
    ShareView
  >;
  'shares.remove': Call<{ name: string }, ShareView>;
  /**
   * A page of a folder in byte order of its names. `after` is the `next` of the page before; null is the beginning.
   * @throws Failure `no-right`, `no-such-path`, `unreachable`.
   */
  'browse.list': Call<
    { at: CopyPlace; after: string | null; limit: number },
    { entries: readonly PlaceEntry[]; next: string | null; canWrite: boolean }
  >;
  /** @throws Failure `exists`, `no-right`. */
  'browse.makeFolder': Call<{ at: CopyPlace }, Record<string, never>>;
  /** A fresh link to the page that this device serves. @throws Failure `usage` where it serves none. */
  'web.link': Call<Record<string, never>, { url: string }>;
  /**
   * Measures the way to a paired device from memory to memory; it goes on by itself and is told by
   * `network-test-changed`. What it finds is used by copies that choose their connections themselves.
   * @throws Failure `unknown-peer`, `unreachable`; `usage` while another test runs.
   */
  'network.test': Call<{ peer: PeerRef; secondsPerStep: number }, NetworkTestView>;
  'network.stopTest': Call<{ test: string }, NetworkTestView>;
  'doctor.run': Call<{ check: DoctorCheck; target: PeerRef | null }, DoctorReport>;
}

/** Answers to a conflict; `ask` and `fail` are none. */
export type AnswerPolicy = Exclude<ConflictPolicy, 'ask' | 'fail'>;

/** Settings to change; absent stays. */
export type SettingsChange = { readonly [Field in keyof SettingsView]?: SettingsView[Field] | undefined };

/** What was dropped on a page, as far as it is counted. */
export interface PageSelection {
  /** Top-level names with their kind, at most MAX_PAGE_ITEMS. */
  readonly items: readonly { readonly name: string; readonly type: 'file' | 'folder' }[];
  readonly files: number;
  readonly bytes: number;
}

export const MAX_PAGE_ITEMS = 10_000;

export type CallName = keyof EngineCalls;
export type CallInput<Name extends CallName> = EngineCalls[Name]['input'];
export type CallOutput<Name extends CallName> = EngineCalls[Name]['output'];

/** What a front end sees first; then numbered events keep it current. */
export interface Snapshot {
  readonly device: DeviceView;
  readonly settings: SettingsView;
  readonly peers: readonly PeerView[];
  readonly offers: readonly OfferView[];
  readonly jobs: readonly JobView[];
  readonly pairings: readonly PairingView[];
  /** The latest of each peer since the engine started. */
  readonly networkTests: readonly NetworkTestView[];
  /** Number of the last event this snapshot contains. */
  readonly number: number;
}

/** Past tense, whole new value each: applying one twice changes nothing. */
export type EngineEvent =
  | { readonly kind: 'device-changed'; readonly device: DeviceView }
  | { readonly kind: 'settings-changed'; readonly settings: SettingsView }
  | { readonly kind: 'peer-changed'; readonly peer: PeerView }
  | { readonly kind: 'peer-removed'; readonly shortId: string }
  /** New, or counted further. */
  | { readonly kind: 'offer-added'; readonly offer: OfferView }
  | { readonly kind: 'offer-removed'; readonly job: JobId }
  | { readonly kind: 'job-changed'; readonly job: JobView }
  /** Taken off the list. */
  | { readonly kind: 'job-removed'; readonly job: JobId }
  | { readonly kind: 'pairing-changed'; readonly pairing: PairingView }
  | { readonly kind: 'network-test-changed'; readonly networkTest: NetworkTestView }
  /** Folders are shared, or who may use them has changed: who shows them asks again. */
  | { readonly kind: 'shares-changed' };

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
