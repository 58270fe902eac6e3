interface Sample {
  readonly ms: number;
  readonly bytes: number;
  readonly files: number;
  /** Of `bytes`: what was moved for it. */
  readonly moved: number;
}

/** The window people read as "now". */
const WINDOW_MS = 3_000;
/** Before this much time there is no honest guess of what is left. */
const MIN_ESTIMATE_MS = 3_000;

/**
 * Speed over about three seconds, and time left from the average of the whole copy with a cost per file
 * of its own: a million small files take longer than one of the same size.
 */
export class SpeedMeter {
  readonly #samples: Sample[];
  readonly #startMs: number;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
    this.#samples = [{ ms: nowMs, bytes: 0, files: 0, moved: 0 }];
  }

  /** Adds the running totals at `ms`; what was there already is done without having moved. */
  add(ms: number, bytes: number, files: number, moved = bytes): void {
    this.#samples.push({ ms, bytes, files, moved });
    while (this.#samples.length > 2 && ms - (this.#samples[1]?.ms ?? ms) >= WINDOW_MS) this.#samples.shift();
  }

  bytesPerSecond(): number {
    const { first, last } = this.#ends();
    const ms = last.ms - first.ms;
    return ms <= 0 ? 0 : ((last.moved - first.moved) / ms) * 1000;
  }

  /** Null during the first seconds, and while nothing moves. */
  secondsLeft(bytesLeft: number, filesLeft: number): number | null {
    const { last } = this.#ends();
    const ms = last.ms - this.#startMs;
    if (ms < MIN_ESTIMATE_MS || (last.bytes === 0 && last.files === 0)) return null;
    const share = (part: number, whole: number) => (whole <= 0 ? 0 : part / whole);
    // Half the past time is laid to bytes and half to files, each scaled by what is left of it.
    const byBytes = share(bytesLeft, last.bytes);
    const byFiles = share(filesLeft, last.files);
    const factor = last.files < 2 ? byBytes : (byBytes + byFiles) / 2;
    return (ms / 1000) * factor;
  }

  #ends(): { first: Sample; last: Sample } {
    const first = this.#samples[0] as Sample;
    return { first, last: this.#samples[this.#samples.length - 1] as Sample };
  }
}
