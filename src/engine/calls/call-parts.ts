import type { Address, DeviceView, PeerView } from '../../shared/device.ts';
import type { CallInput, CallName, CallOutput, SettingsChange } from '../../shared/engine-api.ts';
import type { SettingsView } from '../../shared/settings.ts';
import type { JobParts } from '../jobs/job-parts.ts';
import type { NetworkTests } from '../jobs/network-tests.ts';
import type { Offers } from '../jobs/offers.ts';
import type { Orders } from '../jobs/orders.ts';
import type { PageSending } from '../jobs/page-sending.ts';
import type { ReceivingJobs } from '../jobs/receiving.ts';
import type { SendingJobs } from '../jobs/sending.ts';
import type { Pairings } from '../link/pairings.ts';
import type { Places } from '../places.ts';
import type { Sharing } from '../shares/sharing.ts';
import type { PeerRecord } from '../state/records.ts';

/** What the calls of the bridge are answered with. */
export interface CallParts extends JobParts {
  readonly sending: SendingJobs;
  readonly pages: PageSending;
  readonly receiving: ReceivingJobs;
  readonly offers: Offers;
  readonly pairings: Pairings;
  readonly networkTests: NetworkTests;
  readonly device: () => DeviceView;
  /** Looks anew at what of this device changes by itself. */
  readonly lookAtDevice: () => Promise<void>;
  readonly updateSettings: (change: SettingsChange) => Promise<SettingsView>;
  readonly rename: (name: string) => Promise<DeviceView>;
  readonly listPeers: () => readonly PeerView[];
  /** Lists who answers at an address. @throws Failure `unreachable` and others of opening a link. */
  readonly addPeer: (address: Address, signal: AbortSignal) => Promise<PeerView>;
  /** The alarm about a peer is over: the other key stays out. */
  readonly keepBlocked: (peer: PeerRecord) => Promise<void>;
  readonly sharing: Sharing;
  readonly orders: Orders;
  /** Folders that pages may name. */
  readonly places: Places;
  /** Addresses where a device with this short id was seen, waiting for it. @throws Failure `unknown-peer`. */
  readonly findByShortId: (shortId: string, signal: AbortSignal) => Promise<readonly string[]>;
}

/** One handler per call of the contract; a missing or wrong one does not compile. */
export type CallHandlers = {
  readonly [Name in CallName]: (input: CallInput<Name>, signal: AbortSignal) => Promise<CallOutput<Name>>;
};

/** The handlers of calls whose names begin with one of `Prefix`. */
export type HandlersOf<Prefix extends string> = Pick<CallHandlers, Extract<CallName, `${Prefix}.${string}`>>;
