import type { DeviceId } from '../../shared/ids.ts';
import { shortIdOf } from '../identity/device-id.ts';

/** How long the line about a knock stays. */
const SHOWN_MS = 120_000;
/** However many devices knock, the line changes no sooner than this. */
const MIN_CHANGE_MS = 2_000;
/** A device that knocked is not shown again within this time, unless a person has opened the window since. */
const QUIET_MS = 10 * 60_000;
/** Devices remembered as having knocked; with that many, further ones are not shown: somebody plays with the bell. */
const MAX_RUNG = 256;

/** The last device that wanted to pair while the window was closed. */
export interface Knock {
  readonly shortId: string;
  readonly name: string;
  /** Unix ms. */
  readonly atMs: number;
}

/** Keeps one silent line about unpaired devices that want to pair; none of them can ring twice. */
export class Knocks {
  readonly #onChange: () => void;
  readonly #rung = new Map<DeviceId, number>();
  #latest: Knock | null = null;
  #changedMs = Number.NEGATIVE_INFINITY;
  #forget: NodeJS.Timeout | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get latest(): Knock | null {
    return this.#latest;
  }

  /** `name` is as the device calls itself in its hello, cleaned there. */
  knock(id: DeviceId, name: string, nowMs = Date.now()): void {
    for (const [rung, atMs] of this.#rung) if (nowMs - atMs >= QUIET_MS) this.#rung.delete(rung);
    const isTooSoon = nowMs - this.#changedMs < MIN_CHANGE_MS;
    if (isTooSoon || this.#rung.has(id) || this.#rung.size >= MAX_RUNG) return;
    this.#rung.set(id, nowMs);
    this.#changedMs = nowMs;
    this.#show({ shortId: shortIdOf(id), name, atMs: nowMs });
  }

  /** A person has opened the window: who knocked has been heard, and may knock again later. */
  heard(): void {
    this.#rung.clear();
    this.#show(null);
  }

  stop(): void {
    clearTimeout(this.#forget);
  }

  #show(knock: Knock | null): void {
    clearTimeout(this.#forget);
    if (knock !== null) this.#forget = setTimeout(() => this.#show(null), SHOWN_MS).unref();
    if (knock === this.#latest) return;
    this.#latest = knock;
    this.#onChange();
  }
}
