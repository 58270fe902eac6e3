import type { PeerView } from '../shared/device.ts';
import type { CallInput, CallName, CallOutput, EngineApi } from '../shared/engine-api.ts';
import { Failure } from '../shared/failure.ts';
import type { Log } from './engine-options.ts';
import { shortIdOf } from './identity/device-id.ts';
import { cleanParts } from './jobs/clean-parts.ts';
import { openHome } from './state/home.ts';
import type { PeerRecord } from './state/records.ts';
import type { StateClient } from './state/state-client.ts';
import { openStateOnly as openStateClient } from './state/state-only.ts';

const LIST_LIMIT = 1_000;

/** An engine api that only reads and changes the database. */
export interface StateOnlyApi extends EngineApi {
  stop(): Promise<void>;
}

function toPeerView(peer: PeerRecord): PeerView {
  return {
    id: peer.id,
    shortId: shortIdOf(peer.id),
    name: peer.name,
    kind: peer.kind,
    addresses: peer.addresses,
    paired: true,
    trust: peer.trust,
    online: false,
    lastSeenMs: null,
  };
}

type Handlers = { readonly [Name in CallName]?: (input: CallInput<Name>) => Promise<CallOutput<Name>> };

function createHandlers(state: StateClient, inbox: string): Handlers {
  return {
    'device.get': async () => {
      const device = await state.device.get();
      if (device === null) throw new Failure('key-unusable', { reason: 'never started' });
      const { id, name, kind, visibility } = device;
      return { id, name, kind, visibility, addresses: [], port: 0, inbox };
    },
    'device.rename': async ({ name }) => {
      const { id, kind, visibility, name: renamed } = await state.device.rename(name);
      return { id, name: renamed, kind, visibility, addresses: [], port: 0, inbox };
    },
    'peers.list': async () => (await state.peers.list()).map(toPeerView),
    'peers.trust': async ({ peer, trust }) => {
      const { id } = await state.peers.find(peer);
      return toPeerView(await state.peers.setTrust(id, trust));
    },
    'peers.unpair': async ({ peer }) => {
      const { id } = await state.peers.find(peer);
      return { ...toPeerView(await state.peers.remove(id)), paired: false, trust: 'none' };
    },
    'offers.list': async () => [],
    'jobs.list': async () => (await state.jobs.list(LIST_LIMIT)).map((record) => record.view),
    'jobs.get': async ({ job }) => (await state.jobs.findByPrefix(job)).view,
    'jobs.wait': async ({ job }) => (await state.jobs.findByPrefix(job)).view,
    'jobs.clean': async () => ({ removed: await cleanParts(state) }),
    'jobs.cancel': async ({ job: prefix }) => {
      const { orderer, job, view } = await state.jobs.findByPrefix(prefix);
      if (view.state !== 'waiting')
        throw new Failure('unknown-job', { subject: prefix, reason: 'has ended' });
      const change = { state: 'cancelled', waitingFor: null, updatedMs: Date.now() } as const;
      return (await state.jobs.update({ orderer, job }, change)).view;
    },
  };
}

/**
 * The state of a home without an engine: `jobs`, `status`, `trust` and the like need no port and nobody else.
 * Calls that need a running engine fail with `usage`. The caller stops it.
 * @throws Failure `state-unusable`, `home-in-use`.
 */
export async function openStateOnly(homePath: string, inbox: string, log: Log): Promise<StateOnlyApi> {
  const stop = new AbortController();
  const state = await openStateClient(await openHome(homePath), log, stop.signal);
  const handlers = createHandlers(state, inbox);

  async function call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    const handler = handlers[name];
    if (handler === undefined) throw new Failure('usage', { reason: 'no engine is running' });
    return await handler(input);
  }

  return {
    call,
    snapshot: () => Promise.reject(new Failure('usage', { reason: 'no engine is running' })),
    subscribe: () => undefined,
    closed: state.closed,
    stop: async () => {
      stop.abort();
      await state.stop();
    },
  };
}
