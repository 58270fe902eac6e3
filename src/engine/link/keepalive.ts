import { LINK_DEAD_MS, PING_INTERVAL_MS } from '../wire/limits.ts';

/** Share of a new measurement in the smoothed round trip, as TCP does it (RFC 6298). */
const SMOOTHING = 1 / 8;
/** A tick this late means that this machine slept: what the peer sent meanwhile has not been read yet. */
const LATE_TICK_MS = PING_INTERVAL_MS * 1.5;

export interface KeepaliveOptions {
  /** Sends a ping of that number. */
  readonly ping: (number: number) => void;
  readonly onDead: () => void;
}

/** Pings, measures the round trip, and tells when nothing has arrived for too long. */
export class Keepalive {
  readonly #options: KeepaliveOptions;
  readonly #timer: NodeJS.Timeout;
  #number = 0;
  #sentMs: number | null = null;
  #lastTickMs = performance.now();
  #lastByteMs = performance.now();
  #roundTripMs: number | null = null;

  constructor(options: KeepaliveOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), PING_INTERVAL_MS);
    this.#ping();
  }

  /** Smoothed; null until the first answer. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** To be called whenever bytes arrive. */
  noteBytes(): void {
    this.#lastByteMs = performance.now();
  }

  /** To be called with the number of each pong; only the answer to the last ping counts. */
  notePong(number: number): void {
    if (number !== this.#number || this.#sentMs === null) return;
    const measuredMs = performance.now() - this.#sentMs;
    this.#sentMs = null;
    const before = this.#roundTripMs ?? measuredMs;
    this.#roundTripMs = before + (measuredMs - before) * SMOOTHING;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #ping(): void {
    this.#number += 1;
    this.#sentMs = performance.now();
    this.#options.ping(this.#number);
  }

  #tick(): void {
    const nowMs = performance.now();
    const isLate = nowMs - this.#lastTickMs > LATE_TICK_MS;
    this.#lastTickMs = nowMs;
    if (isLate) this.#lastByteMs = Math.max(this.#lastByteMs, nowMs - LINK_DEAD_MS + PING_INTERVAL_MS);
    if (nowMs - this.#lastByteMs >= LINK_DEAD_MS) this.#options.onDead();
    else this.#ping();
  }
}
