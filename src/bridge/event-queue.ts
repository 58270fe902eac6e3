import type { EngineEvent, NumberedEvent } from '../shared/engine-api.ts';

/** Distinct things (jobs, peers, offers) that may wait for a slow reader before it has to ask for a snapshot. */
const MAX_WAITING_KEYS = 4_096;

/** What an event is about: a later event with the same key says all that an earlier one said. */
function keyOf(event: EngineEvent): string {
  switch (event.kind) {
    case 'device-changed':
      return 'device';
    case 'settings-changed':
      return 'settings';
    case 'peer-changed':
      return `peer ${event.peer.shortId}`;
    case 'peer-removed':
      return `peer ${event.shortId}`;
    case 'offer-added':
      return `offer ${event.offer.job}`;
    case 'offer-removed':
      return `offer ${event.job}`;
    case 'job-changed':
      return `job ${event.job.job}`;
    case 'job-removed':
      return `job ${event.job}`;
    case 'pairing-changed':
      return `pairing ${event.pairing.pairing}`;
    case 'network-test-changed':
      return `network-test ${event.networkTest.peer.id}`;
    case 'shares-changed':
      return 'shares';
  }
}

/** What {@link EventQueue.take} hands out: the next event, or that some were lost. */
export type QueueItem = NumberedEvent | 'resync';

/**
 * Events that wait for a slow port, the latest of each key only, in the order of their numbers. Bounded:
 * beyond {@link MAX_WAITING_KEYS} everything is dropped and one `resync` stands for it.
 */
export class EventQueue {
  readonly #waiting = new Map<string, NumberedEvent>();
  readonly #maxKeys: number;
  #lost = false;

  constructor(maxKeys: number = MAX_WAITING_KEYS) {
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#waiting.size + (this.#lost ? 1 : 0);
  }

  add(item: NumberedEvent): void {
    // after a loss the snapshot, which is asked for later, holds this event too
    if (this.#lost) return;
    const key = keyOf(item.event);
    // deleted first, so that the map's order stays the order of numbers
    this.#waiting.delete(key);
    this.#waiting.set(key, item);
    if (this.#waiting.size > this.#maxKeys) {
      this.#waiting.clear();
      this.#lost = true;
    }
  }

  /** The next item, or null when nothing waits. */
  take(): QueueItem | null {
    if (this.#lost) {
      this.#lost = false;
      return 'resync';
    }
    for (const [key, item] of this.#waiting) {
      this.#waiting.delete(key);
      return item;
    }
    return null;
  }

  clear(): void {
    this.#waiting.clear();
    this.#lost = false;
  }
}
