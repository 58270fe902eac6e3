import type { EngineEvent, Snapshot } from '../shared/engine-api.ts';
import type { JobId } from '../shared/ids.ts';

/** Remembers what has been announced and can be taken away, so that a snapshot can be told as events. */
export class ResyncMemory {
  readonly #peers = new Set<string>();
  readonly #offers = new Set<JobId>();
  readonly #jobs = new Set<JobId>();

  note(event: EngineEvent): void {
    switch (event.kind) {
      case 'peer-changed':
        this.#peers.add(event.peer.shortId);
        return;
      case 'peer-removed':
        this.#peers.delete(event.shortId);
        return;
      case 'offer-added':
        this.#offers.add(event.offer.job);
        return;
      case 'offer-removed':
        this.#offers.delete(event.job);
        return;
      case 'job-changed':
        this.#jobs.add(event.job.job);
        return;
      case 'job-removed':
        this.#jobs.delete(event.job);
        return;
      case 'device-changed':
      case 'settings-changed':
      case 'pairing-changed':
      case 'network-test-changed':
      case 'shares-changed':
        return;
    }
  }

  /** Everything in `snapshot` as whole new values, and the removal of what it no longer holds. */
  toEvents(snapshot: Snapshot): EngineEvent[] {
    const peers = new Set(snapshot.peers.map((peer) => peer.shortId));
    const offers = new Set(snapshot.offers.map((offer) => offer.job));
    const jobs = new Set(snapshot.jobs.map(({ job }) => job));
    return [
      { kind: 'device-changed', device: snapshot.device },
      { kind: 'settings-changed', settings: snapshot.settings },
      // No part of the snapshot, so it may have been among what was lost.
      { kind: 'shares-changed' },
      ...[...this.#peers]
        .filter((shortId) => !peers.has(shortId))
        .map((shortId): EngineEvent => ({ kind: 'peer-removed', shortId })),
      ...[...this.#offers]
        .filter((job) => !offers.has(job))
        .map((job): EngineEvent => ({ kind: 'offer-removed', job })),
      ...[...this.#jobs]
        .filter((job) => !jobs.has(job))
        .map((job): EngineEvent => ({ kind: 'job-removed', job })),
      ...snapshot.peers.map((peer): EngineEvent => ({ kind: 'peer-changed', peer })),
      ...snapshot.offers.map((offer): EngineEvent => ({ kind: 'offer-added', offer })),
      ...snapshot.jobs.map((job): EngineEvent => ({ kind: 'job-changed', job })),
      ...snapshot.pairings.map((pairing): EngineEvent => ({ kind: 'pairing-changed', pairing })),
      ...snapshot.networkTests.map(
        (networkTest): EngineEvent => ({ kind: 'network-test-changed', networkTest }),
      ),
    ];
  }

  clear(): void {
    this.#peers.clear();
    this.#offers.clear();
    this.#jobs.clear();
  }
}
