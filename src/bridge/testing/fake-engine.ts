import type { DeviceView, PairingView, PeerView } from '../../shared/device.ts';
import type {
  CallInput,
  CallName,
  CallOutput,
  EngineApi,
  EngineEvent,
  NumberedEvent,
  Snapshot,
} from '../../shared/engine-api.ts';
import { Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { ENDED_STATES, type JobView, type OfferView } from '../../shared/job.ts';
import type { NetworkTestView } from '../../shared/network-test.ts';
import type { SettingsView } from '../../shared/settings.ts';
import { fakeDevice, fakeSettings } from './fake-values.ts';

type Answers = {
  [Name in CallName]?: (input: CallInput<Name>, signal: AbortSignal) => Promise<CallOutput<Name>>;
};

/**
 * An engine made of the same contract, for tests of everything above it: it holds a state, tells changes as
 * events, and answers what a test has put into `answers`; listing, getting and waiting work by themselves.
 */
export class FakeEngine implements EngineApi {
  readonly closed: Promise<Failure | null>;
  /** What a test wants a call to do. */
  readonly answers: Answers = {};
  /** Every call that arrived. */
  readonly calls: { readonly name: CallName; readonly input: unknown }[] = [];
  device: DeviceView = fakeDevice();
  settings: SettingsView = fakeSettings();
  readonly peers = new Map<string, PeerView>();
  readonly offers = new Map<JobId, OfferView>();
  readonly jobs = new Map<JobId, JobView>();
  readonly pairings = new Map<string, PairingView>();
  readonly networkTests = new Map<string, NetworkTestView>();
  stopped = false;
  readonly #listeners = new Set<(event: NumberedEvent) => void>();
  #number = 0;
  #resolveClosed: (failure: Failure | null) => void = () => undefined;

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  async call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    signal: AbortSignal,
  ): Promise<CallOutput<Name>> {
    this.calls.push({ name, input });
    const answer = this.answers[name] ?? this.#builtIn()[name];
    if (answer === undefined) throw new Failure('internal', { reason: `the test has no answer for ${name}` });
    return await answer(input, signal);
  }

  snapshot(): Promise<Snapshot> {
    return Promise.resolve({
      device: this.device,
      settings: this.settings,
      peers: [...this.peers.values()],
      offers: [...this.offers.values()],
      jobs: [...this.jobs.values()],
      pairings: [...this.pairings.values()],
      networkTests: [...this.networkTests.values()],
      number: this.#number,
    });
  }

  subscribe(listener: (event: NumberedEvent) => void, signal: AbortSignal): void {
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  stop(failure: Failure | null = null): Promise<void> {
    this.stopped = true;
    this.#resolveClosed(failure);
    return Promise.resolve();
  }

  putDevice(device: DeviceView): DeviceView {
    this.device = device;
    this.#emit({ kind: 'device-changed', device });
    return device;
  }

  putSettings(settings: SettingsView): SettingsView {
    this.settings = settings;
    this.#emit({ kind: 'settings-changed', settings });
    return settings;
  }

  putPeer(peer: PeerView): PeerView {
    this.peers.set(peer.shortId, peer);
    this.#emit({ kind: 'peer-changed', peer });
    return peer;
  }

  removePeer(shortId: string): void {
    this.peers.delete(shortId);
    this.#emit({ kind: 'peer-removed', shortId });
  }

  putOffer(offer: OfferView): OfferView {
    this.offers.set(offer.job, offer);
    this.#emit({ kind: 'offer-added', offer });
    return offer;
  }

  removeOffer(job: JobId): void {
    this.offers.delete(job);
    this.#emit({ kind: 'offer-removed', job });
  }

  putJob(job: JobView): JobView {
    this.jobs.set(job.job, job);
    this.#emit({ kind: 'job-changed', job });
    return job;
  }

  removeJob(job: JobId): void {
    this.jobs.delete(job);
    this.#emit({ kind: 'job-removed', job });
  }

  putPairing(pairing: PairingView): PairingView {
    this.pairings.set(pairing.pairing, pairing);
    this.#emit({ kind: 'pairing-changed', pairing });
    return pairing;
  }

  putNetworkTest(networkTest: NetworkTestView): NetworkTestView {
    this.networkTests.set(networkTest.peer.id, networkTest);
    this.#emit({ kind: 'network-test-changed', networkTest });
    return networkTest;
  }

  /** Puts each view of a job in turn, a few ms apart. */
  async play(...views: readonly JobView[]): Promise<void> {
    for (const view of views) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.putJob(view);
    }
  }

  #emit(event: EngineEvent): void {
    this.#number += 1;
    for (const listener of this.#listeners) listener({ number: this.#number, event });
  }

  #find(prefix: string): JobView {
    const found = [...this.jobs.values()].filter(({ job }) => job.startsWith(prefix));
    const [job] = found;
    if (job === undefined) throw new Failure('unknown-job', { subject: prefix });
    if (found.length > 1) throw new Failure('ambiguous', { subject: prefix });
    return job;
  }

  async #whenEnded(prefix: string, signal: AbortSignal): Promise<JobView> {
    const { job } = this.#find(prefix);
    while (!ENDED_STATES.has(this.#find(job).state)) {
      if (signal.aborted) throw new Failure('cancelled');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return this.#find(job);
  }

  #builtIn(): Answers {
    return {
      'device.get': () => Promise.resolve(this.device),
      'device.rename': ({ name }) => Promise.resolve(this.putDevice({ ...this.device, name })),
      'settings.get': () => Promise.resolve(this.settings),
      'peers.list': () => Promise.resolve([...this.peers.values()]),
      'offers.list': () => Promise.resolve([...this.offers.values()]),
      'jobs.list': () => Promise.resolve([...this.jobs.values()]),
      'jobs.get': async ({ job }) => this.#find(job),
      'jobs.wait': ({ job }, signal) => this.#whenEnded(job, signal),
      'jobs.interrupt': async ({ job }) =>
        this.putJob({ ...this.#find(job), state: 'waiting', waitingFor: 'paused' }),
    };
  }
}
