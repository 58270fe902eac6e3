import { isAbsolute } from 'node:path';
import type { DeviceView, PeerView, Visibility } from '../shared/device.ts';
import { cleanDeviceName } from '../shared/device-name.ts';
import type { CallInput, CallName, CallOutput, EngineApi } from '../shared/engine-api.ts';
import { Failure } from '../shared/failure.ts';
import { ENDED_STATES, MAX_LISTED_JOBS } from '../shared/job.ts';
import type { Log } from './engine-options.ts';
import { shortIdOf } from './identity/device-id.ts';
import { cleanParts } from './jobs/clean-parts.ts';
import { findEnded } from './jobs/find-ended.ts';
import { forgetJobs } from './jobs/forget-jobs.ts';
import { noSpeeds } from './jobs/speed-record.ts';
import { toUnattended } from './jobs/unattended-view.ts';
import { type Home, openHome } from './state/home.ts';
import type { PeerRecord } from './state/records.ts';
import { peekSettings } from './state/settings.ts';
import type { StateClient } from './state/state-client.ts';
import { openStateOnly as openStateClient } from './state/state-only.ts';
import { createShareHandlers } from './state-only-shares.ts';

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
    announcedName: null,
    path: null,
    keyChanged: false,
    rule: peer.acceptAlways,
    pairedMs: peer.pairedMs,
  };
}

/** What only a running engine could tell of this device. */
const NOT_RUNNING = {
  addresses: [],
  port: 0,
  inboxFreeBytes: null,
  network: 'ok',
  pairWindowEndsMs: null,
  knock: null,
} as const;

type Handlers = { readonly [Name in CallName]?: (input: CallInput<Name>) => Promise<CallOutput<Name>> };

function createHandlers(state: StateClient, home: Home, defaultInbox: string): Handlers {
  /** What the settings say of this device. */
  async function chosen(visibility: Visibility): Promise<Pick<DeviceView, 'visibility' | 'inbox'>> {
    const settings = await peekSettings(home);
    return { visibility: settings.visibility ?? visibility, inbox: settings.inbox ?? defaultInbox };
  }

  return {
    'device.get': async () => {
      const device = await state.device.get();
      if (device === null) throw new Failure('key-unusable', { reason: 'never started' });
      const { id, name, kind } = device;
      return { id, name, kind, ...(await chosen(device.visibility)), ...NOT_RUNNING };
    },
    'device.rename': async ({ name }) => {
      const { id, kind, visibility, name: renamed } = await state.device.rename(name);
      return { id, name: renamed, kind, ...(await chosen(visibility)), ...NOT_RUNNING };
    },
    'peers.list': async () => (await state.peers.list()).map(toPeerView),
    'peers.trust': async ({ peer, trust }) => {
      const { id } = await state.peers.find(peer);
      return toPeerView(await state.peers.setTrust(id, trust));
    },
    'peers.rename': async ({ peer, name }) => {
      const { id } = await state.peers.find(peer);
      return toPeerView(await state.peers.rename(id, cleanDeviceName(name)));
    },
    'peers.setRule': async ({ peer, rule }) => {
      const { id } = await state.peers.find(peer);
      const into = rule?.into ?? null;
      if (into !== null && (typeof into !== 'string' || !isAbsolute(into))) {
        throw new Failure('usage', { reason: 'path is not absolute' });
      }
      const kept =
        into === null ? null : { into, maxBytes: rule?.maxBytes ?? null, hours: rule?.hours ?? null };
      return toPeerView(await state.peers.setAcceptAlways(id, kept));
    },
    'peers.unpair': async ({ peer }) => {
      const { id } = await state.peers.find(peer);
      return { ...toPeerView(await state.peers.remove(id)), paired: false, trust: 'none' };
    },
    ...createShareHandlers(state),
    'offers.list': async () => [],
    'jobs.list': async () => (await state.jobs.list(MAX_LISTED_JOBS)).map(({ view }) => toUnattended(view)),
    'jobs.get': async ({ job }) => toUnattended((await state.jobs.findByPrefix(job)).view),
    'jobs.wait': async ({ job }) => toUnattended((await state.jobs.findByPrefix(job)).view),
    'jobs.history': async (page) => await findEnded(state, page),
    'jobs.forget': async ({ jobs }) => ({ forgotten: await forgetJobs(state, jobs) }),
    'jobs.problems': async ({ job, offset, limit }) =>
      await state.problems.page(await state.jobs.keyOf(job), offset, limit),
    'jobs.speeds': async ({ job }) => {
      const { orderer, job: id, view } = await state.jobs.findByPrefix(job);
      return (await state.speeds.get({ orderer, job: id })) ?? noSpeeds(view.createdMs);
    },
    'jobs.clean': async () => ({ removed: await cleanParts(state) }),
    'jobs.cancel': async ({ job: prefix }) => {
      const { orderer, job, view } = await state.jobs.findByPrefix(prefix);
      if (ENDED_STATES.has(view.state))
        throw new Failure('unknown-job', { subject: prefix, reason: 'has ended' });
      const nowMs = Date.now();
      const change = {
        state: 'cancelled',
        waitingFor: null,
        sinceMs: nowMs,
        pausedBy: null,
        cancelledBy: 'here',
        updatedMs: nowMs,
      } as const;
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
  const home = await openHome(homePath);
  const state = await openStateClient(home, log, stop.signal);
  const handlers = createHandlers(state, home, inbox);

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
