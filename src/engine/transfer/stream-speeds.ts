interface Sample {
  readonly ms: number;
  readonly bytes: number;
}

/** Anything that counts the bytes of one connection. */
interface Counted {
  readonly wireBytes: number;
}

const WINDOW_MS = 1_000;

/** Speed of each connection over about a second. Sampled on a clock; costs nothing in between. */
export class StreamSpeeds {
  readonly #samples = new WeakMap<Counted, Sample[]>();

  /** Bytes per second of each of `streams`, in their order, as of `nowMs`. */
  sample(nowMs: number, streams: readonly Counted[]): number[] {
    return streams.map((stream) => this.#speedOf(nowMs, stream));
  }

  #speedOf(nowMs: number, stream: Counted): number {
    const now = { ms: nowMs, bytes: stream.wireBytes };
    let samples = this.#samples.get(stream);
    if (samples === undefined) {
      samples = [];
      this.#samples.set(stream, samples);
    }
    samples.push(now);
    while (samples.length > 2 && nowMs - (samples[1] as Sample).ms >= WINDOW_MS) samples.shift();
    const first = samples[0] as Sample;
    return nowMs <= first.ms ? 0 : Math.round(((now.bytes - first.bytes) / (nowMs - first.ms)) * 1000);
  }
}
