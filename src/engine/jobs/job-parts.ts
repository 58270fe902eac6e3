import type { EngineEvent } from '../../shared/engine-api.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { SettingsView } from '../../shared/settings.ts';
import type { Log } from '../engine-options.ts';
import type { Invites } from '../link/invites.ts';
import type { Links } from '../link/links.ts';
import type { StateClient } from '../state/state-client.ts';
import type { WorkerPool } from '../transfer/worker-pool.ts';
import type { JobBook } from './job-book.ts';
import type { NetworkGate } from './network-gate.ts';
import type { PeerBook } from './peer-book.ts';
import type { Ways } from './ways.ts';

/** What the sending and the receiving side of jobs need of the engine; made once, in the composition root. */
export interface JobParts {
  readonly ownId: DeviceId;
  readonly epoch: string;
  readonly state: StateClient;
  readonly links: Links;
  readonly invites: Invites;
  readonly pool: WorkerPool;
  readonly book: JobBook;
  readonly peers: PeerBook;
  readonly gate: NetworkGate;
  /** How many connections were worth having on the way to each of them. */
  readonly ways: Ways;
  /** Where a paired device may be reached now, best first. */
  readonly addressesOf: (id: DeviceId) => readonly string[];
  /** As they hold now. */
  readonly settings: () => SettingsView;
  readonly emit: (event: EngineEvent) => void;
  readonly log: Log;
  /** Resolves when others can reach this device; only then is anybody dialled. */
  readonly listening: Promise<void>;
  /** Aborts when the engine stops. */
  readonly signal: AbortSignal;
}
