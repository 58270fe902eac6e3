import type { Clock } from './clock.ts';
import { MAX_SIGHTINGS, type Sighting, type SightingChange } from './discovery.ts';

/** A repeat sooner than this tells nothing new: one device answers on several interfaces and to every query. */
const REPEAT_INTERVAL_MS = 1000;

interface Remembered {
  readonly sighting: Sighting;
  readonly text: string;
  readonly toldMs: number;
}

/** What was seen lately, bounded (the longest unheard goes first), and who wants to know. */
export class SightingMemory {
  readonly #clock: Clock;
  readonly #known = new Map<string, Remembered>();
  readonly #listeners = new Set<(change: SightingChange) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a listener and tells it what is known. */
  subscribe(listener: (change: SightingChange) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
    for (const { sighting } of [...this.#known.values()]) listener({ kind: 'seen', sighting });
  }

  /** Takes in one change and passes it on unless it repeats what was just told. */
  take(change: SightingChange): void {
    if (change.kind === 'left') {
      if (this.#known.delete(change.tag)) this.#tell(change);
      return;
    }
    const { sighting } = change;
    const nowMs = this.#clock.nowMs();
    // Two interfaces on one network hear the same packet; that is one sighting.
    const text = JSON.stringify({ ...sighting, interfaceName: '' });
    const before = this.#known.get(sighting.tag);
    const isRepeat = before?.text === text && nowMs - before.toldMs < REPEAT_INTERVAL_MS;
    this.#known.delete(sighting.tag);
    this.#known.set(sighting.tag, { sighting, text, toldMs: isRepeat ? before.toldMs : nowMs });
    this.#trim();
    if (!isRepeat) this.#tell(change);
  }

  clear(): void {
    this.#known.clear();
  }

  get size(): number {
    return this.#known.size;
  }

  #trim(): void {
    for (const tag of this.#known.keys()) {
      if (this.#known.size <= MAX_SIGHTINGS) return;
      this.#known.delete(tag);
    }
  }

  #tell(change: SightingChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
