import type { PullOrder } from './pull-order.ts';
import { RateLimit } from './rate-limit.ts';
import type { SharedPace } from './shared-pace.ts';
import type { StageClock } from './stage-clock.ts';

type GatedOrder = Pick<PullOrder, 'limitBytesPerSecond' | 'isHeld'>;

/** Whether a pull may ask for content now: not while it is shut, and not before its limit has room. */
export class PullGate {
  readonly #limit: RateLimit | null;
  readonly #pace: SharedPace;
  readonly #clock: StageClock;
  readonly #onOpen: () => void;
  #timer: NodeJS.Timeout | null = null;
  /** By a person. */
  isPaused = false;
  /** It is not its turn. */
  isHeld: boolean;

  /** @param onOpen the limit, or the pace of all jobs, has room again. */
  constructor(order: GatedOrder, pace: SharedPace, clock: StageClock, onOpen: () => void) {
    const { limitBytesPerSecond, isHeld = false } = order;
    this.isHeld = isHeld;
    this.#limit = limitBytesPerSecond === null ? null : new RateLimit(limitBytesPerSecond);
    this.#pace = pace;
    this.#clock = clock;
    this.#onOpen = onOpen;
  }

  get isShut(): boolean {
    return this.isPaused || this.isHeld;
  }

  get isOpen(): boolean {
    return !this.isShut && this.#timer === null;
  }

  /** This piece may go; the next ones wait until the limit has room again. */
  took(bytes: number): void {
    const waitMs = Math.max(this.#limit?.take(bytes) ?? 0, this.#pace.take(bytes));
    if (waitMs <= 0) return;
    this.#clock.add('limited', waitMs);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#onOpen();
    }, waitMs);
  }

  /** Of what was asked for so much less came over the link. */
  saved(bytes: number): void {
    this.#limit?.giveBack(bytes);
    this.#pace.giveBack(bytes);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
