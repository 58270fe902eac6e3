import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DeviceView, PairingView, PeerView } from '../../shared/device.ts';
import type { EngineApi, EngineEvent, NumberedEvent, Snapshot } from '../../shared/engine-api.ts';
import type { JobView, OfferView } from '../../shared/job.ts';
import type { NetworkTestView } from '../../shared/network-test.ts';
import type { SettingsView } from '../../shared/settings.ts';

/** What the engine says, as the screen needs it: whole values by key. */
export interface EngineState {
  readonly device: DeviceView;
  readonly settings: SettingsView;
  /** By short id. */
  readonly peers: Readonly<Record<string, PeerView>>;
  readonly offers: Readonly<Record<string, OfferView>>;
  readonly jobs: Readonly<Record<string, JobView>>;
  readonly pairings: Readonly<Record<string, PairingView>>;
  /** By the id of the peer: the latest of each. */
  readonly networkTests: Readonly<Record<string, NetworkTestView>>;
  /** Goes up whenever what this device shares has changed; what that is, is asked for. */
  readonly sharesVersion: number;
}

export type EngineStore = StoreApi<EngineState>;

function byKey<Item>(items: readonly Item[], keyOf: (item: Item) => string): Readonly<Record<string, Item>> {
  return Object.fromEntries(items.map((item) => [keyOf(item), item]));
}

function without<Item>(items: Readonly<Record<string, Item>>, key: string): Readonly<Record<string, Item>> {
  if (!(key in items)) return items;
  const { [key]: _gone, ...rest } = items;
  return rest;
}

export function fromSnapshot(snapshot: Snapshot): EngineState {
  return {
    device: snapshot.device,
    settings: snapshot.settings,
    peers: byKey(snapshot.peers, (peer) => peer.shortId),
    offers: byKey(snapshot.offers, (offer) => offer.job),
    jobs: byKey(snapshot.jobs, (job) => job.job),
    pairings: byKey(snapshot.pairings, (pairing) => pairing.pairing),
    networkTests: byKey(snapshot.networkTests, (test) => test.peer.id),
    sharesVersion: 0,
  };
}

/** The state after an event; applying one twice changes nothing that is shown. */
export function applyEvent(state: EngineState, event: EngineEvent): Partial<EngineState> {
  switch (event.kind) {
    case 'device-changed':
      return { device: event.device };
    case 'settings-changed':
      return { settings: event.settings };
    case 'peer-changed':
      return { peers: { ...state.peers, [event.peer.shortId]: event.peer } };
    case 'peer-removed':
      return { peers: without(state.peers, event.shortId) };
    case 'offer-added':
      return { offers: { ...state.offers, [event.offer.job]: event.offer } };
    case 'offer-removed':
      return { offers: without(state.offers, event.job) };
    case 'job-changed':
      return { jobs: { ...state.jobs, [event.job.job]: event.job } };
    case 'job-removed':
      return { jobs: without(state.jobs, event.job) };
    case 'pairing-changed':
      return { pairings: { ...state.pairings, [event.pairing.pairing]: event.pairing } };
    case 'network-test-changed': {
      const { networkTest } = event;
      return { networkTests: { ...state.networkTests, [networkTest.peer.id]: networkTest } };
    }
    case 'shares-changed':
      return { sharesVersion: state.sharesVersion + 1 };
  }
}

/**
 * A store that follows `engine` until `signal` aborts: subscribes first, then takes the snapshot, so that
 * nothing falls between. `onEvent` sees every event, also those before the snapshot.
 * @throws Failure of the snapshot.
 */
export async function followEngine(
  engine: EngineApi,
  onEvent: (event: EngineEvent) => void,
  signal: AbortSignal,
): Promise<EngineStore> {
  const early: NumberedEvent[] = [];
  let store: EngineStore | null = null;
  engine.subscribe((item) => {
    onEvent(item.event);
    if (store === null) early.push(item);
    else store.setState((state) => applyEvent(state, item.event));
  }, signal);
  const snapshot = await engine.snapshot(signal);
  const created = createStore<EngineState>(() => fromSnapshot(snapshot));
  for (const { number, event } of early) {
    if (number > snapshot.number) created.setState((state) => applyEvent(state, event));
  }
  store = created;
  return created;
}
