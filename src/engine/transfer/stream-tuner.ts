/** What a tuner is told on every look. */
export interface TunerLook {
  /** Monotonic. */
  readonly nowMs: number;
  /** Content that has come so far. */
  readonly bytes: number;
  /** Connections that are up. */
  readonly live: number;
  /** Both ends have time to spare and nothing holds the copy back but what lies between them. */
  readonly isLinkBound: boolean;
}

/** What is known of the number of connections: further ones help, or no more than these do. */
export type TunerVerdict = 'unknown' | 'more-helps' | 'enough';

export interface TunerOptions {
  /** Where to begin: 1, or what was found on this way before. */
  readonly start: number;
  readonly most: number;
}

/** After a change, before anything counts: a new connection comes up to speed. */
const SETTLE_MS = 150;
/** Time that one number of connections is measured; while more of them pay well, the next follows at once. */
const MEASURE_MS = 300;
/** Connections that do not come up within this are not waited for. */
const MAX_WAIT_MS = 3_000;
/** What more connections must bring to be kept, and what fewer may cost: between them nothing changes to and fro. */
const GAIN = 1.1;
const LOSS = 0.97;
/** How many times as many are tried first, and again while that brings most of what it could; later on double. */
const LEAP = 4;
const LEAP_GAIN = 2.5;
/** After something was tried in vain, the next try waits, longer each time. */
const FIRST_HOLD_MS = 8_000;
const MAX_HOLD_MS = 120_000;
/** Weight of the latest measurement in what is taken for the present speed. */
const WEIGHT = 0.3;

type Phase = 'settle' | 'measure';

/**
 * Chooses the number of connections of a copy by what throughput does: hill climbing with hysteresis. It begins
 * small, takes four times or twice as many while that pays, goes back when it does not, and now and then tries whether fewer do as well.
 * While an end or a limit holds the copy back it changes nothing: more connections would only cost there.
 * Pure: no clock and no sockets. Method: hill climbing as in any adaptive parallel transfer; figures by simulation
 * (stream-tuner.test.ts).
 */
export class StreamTuner {
  readonly #most: number;
  /** Kept number of connections and their speed; null before that is measured. */
  #kept: { streams: number; bytesPerSecond: number | null };
  /** Being tried instead; null while nothing is. */
  #tried: number | null = null;
  #phase: Phase = 'settle';
  #sinceMs: number | null = null;
  #sinceBytes = 0;
  #isLinkBound = false;
  #holdUntilMs: number | null = null;
  #holdMs = FIRST_HOLD_MS;
  #isDownNext = false;
  #mayLeap = true;
  #verdict: TunerVerdict = 'unknown';
  #isLearned = false;

  constructor({ start, most }: TunerOptions) {
    this.#most = most;
    this.#kept = { streams: Math.max(1, Math.min(start, most)), bytesPerSecond: null };
  }

  /** Connections there should be now. */
  get wanted(): number {
    return this.#tried ?? this.#kept.streams;
  }

  get verdict(): TunerVerdict {
    return this.#verdict;
  }

  /** What was found out and is worth remembering; null while nothing is. */
  get found(): { readonly streams: number; readonly bytesPerSecond: number } | null {
    const { streams, bytesPerSecond } = this.#kept;
    return this.#isLearned && bytesPerSecond !== null ? { streams, bytesPerSecond } : null;
  }

  /** Takes a look; `wanted` may be another number after it. Looks a tenth of a second apart are often enough. */
  look(look: TunerLook): void {
    const { nowMs, bytes, live } = look;
    // What was found on this way before is not doubted in the first seconds.
    this.#holdUntilMs ??= this.#kept.streams > 1 ? nowMs + FIRST_HOLD_MS : nowMs;
    if (this.#sinceMs === null) return this.#begin('settle', look);
    const spentMs = nowMs - this.#sinceMs;
    if (this.#phase === 'settle') {
      const isUp = live >= this.wanted || spentMs > MAX_WAIT_MS;
      if (isUp && spentMs >= SETTLE_MS) this.#begin('measure', look);
      return;
    }
    this.#isLinkBound = look.isLinkBound;
    if (spentMs < MEASURE_MS) return;
    this.#judge(((bytes - this.#sinceBytes) * 1000) / spentMs, look);
  }

  /** It paused, or waited for somebody: nothing measured across that means anything. */
  interrupted(): void {
    this.#sinceMs = null;
  }

  #begin(phase: Phase, { nowMs, bytes }: TunerLook): void {
    this.#phase = phase;
    this.#sinceMs = nowMs;
    this.#sinceBytes = bytes;
  }

  #judge(bytesPerSecond: number, look: TunerLook): void {
    if (this.#tried === null) this.#keepUp(bytesPerSecond);
    else this.#judgeTry(this.#tried, bytesPerSecond, look.nowMs);
    const next = this.#nextTry(look.nowMs);
    if (next !== null) this.#tried = next;
    this.#begin(next === null && this.#phase === 'measure' ? 'measure' : 'settle', look);
  }

  /** The present number goes on being measured, since a network changes. */
  #keepUp(bytesPerSecond: number): void {
    const { streams, bytesPerSecond: before } = this.#kept;
    const speed = before === null ? bytesPerSecond : before + (bytesPerSecond - before) * WEIGHT;
    this.#kept = { streams, bytesPerSecond: speed };
  }

  #judgeTry(tried: number, bytesPerSecond: number, nowMs: number): void {
    const { streams, bytesPerSecond: before } = this.#kept;
    const isMore = tried > streams;
    const needed = (before ?? 0) * (isMore ? GAIN : LOSS);
    const isKept = bytesPerSecond >= needed;
    this.#tried = null;
    this.#mayLeap = isMore && bytesPerSecond >= (before ?? 0) * LEAP_GAIN;
    // Whatever it was, connections change now: the next measurement begins with settling.
    this.#phase = 'settle';
    if (isKept) {
      this.#kept = { streams: tried, bytesPerSecond };
      this.#verdict = isMore && tried < this.#most ? 'more-helps' : 'enough';
      this.#isLearned = !isMore || tried === this.#most;
      this.#holdMs = FIRST_HOLD_MS;
      this.#isDownNext = !isMore;
      return;
    }
    this.#verdict = 'enough';
    this.#isLearned = true;
    this.#holdUntilMs = nowMs + this.#holdMs;
    this.#holdMs = Math.min(this.#holdMs * 2, MAX_HOLD_MS);
    this.#isDownNext = isMore && streams > 1;
  }

  /** What to try now, or null. */
  #nextTry(nowMs: number): number | null {
    const { streams, bytesPerSecond } = this.#kept;
    if (
      nowMs < (this.#holdUntilMs ?? 0) ||
      !this.#isLinkBound ||
      bytesPerSecond === null ||
      bytesPerSecond <= 0
    ) {
      return null;
    }
    if ((this.#isDownNext || streams === this.#most) && streams > 1)
      return Math.max(1, streams - Math.ceil(streams / 4));
    return streams < this.#most ? Math.min(streams * (this.#mayLeap ? LEAP : 2), this.#most) : null;
  }
}
