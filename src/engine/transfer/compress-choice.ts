/** What is taken for the speed of compressing before it is known, bytes per second of one core. */
const FIRST_SPEED = 300e6;
/** What is trivial to compress goes faster than this, and the other end still has to decompress it. */
const MOST_SPEED = 600e6;
/** Compressing must be this much faster than the link to be worth its core: content then moves faster by as much. */
const MARGIN = 2;
/** On one machine both ends share the cores that compressing would take: only what is slowed on purpose gains. */
const LOOPBACK_MARGIN = 8;
/** Frames under way to the socket at once before the link's speed means anything: less is in the kernel's buffers. */
const WINDOW_BYTES = 2 * 1024 * 1024;
const WINDOW_MS = 250;
/** Several connections end their writes together: one of them alone tells nothing. */
const MIN_WINDOW_MS = 50;
/** Weight of the latest measurement. */
const WEIGHT = 0.5;

/** What is known of the way to a puller before anything is sent. */
export interface KnownWay {
  /** Bytes per second; null is not known. */
  readonly linkSpeed?: number | null;
  readonly isLoopback?: boolean;
}

/**
 * Whether compressing pays on this way at all, from the two speeds it is about: how fast the socket takes what it
 * is given, and how fast this machine compresses. A link faster than half of that is left alone, on one machine than an eighth; so is one that is
 * not known yet. One for all connections of a job; pure but for the clock it is given.
 */
export class CompressChoice {
  readonly #nowMs: () => number;
  readonly #limitBytesPerSecond: number | null;
  #linkSpeed: number | null;
  readonly #margin: number;
  #compressSpeed = FIRST_SPEED;
  /** Connections that are writing, since when any of them is, and what was written in the present window. */
  #writing = 0;
  #busySinceMs = 0;
  #busyMs = 0;
  #bytes = 0;

  /**
   * @param limitBytesPerSecond the source's own limit, which is as good as a slow link.
   * @param way of an earlier job: its speed, until it is measured, and whether it leaves the machine.
   */
  constructor(
    limitBytesPerSecond: number | null,
    { linkSpeed = null, isLoopback = false }: KnownWay = {},
    nowMs: () => number = () => performance.now(),
  ) {
    this.#linkSpeed = linkSpeed;
    this.#margin = isLoopback ? LOOPBACK_MARGIN : MARGIN;
    this.#limitBytesPerSecond = limitBytesPerSecond;
    this.#nowMs = nowMs;
  }

  /** Bytes per second; null while it is not known. */
  get linkSpeed(): number | null {
    return this.#linkSpeed;
  }

  /** A socket is given something. */
  writeBegins(): void {
    if (this.#writing === 0) this.#busySinceMs = this.#nowMs();
    this.#writing += 1;
  }

  /** It has taken it. */
  writeEnds(bytes: number): void {
    this.#bytes += bytes;
    this.#writing -= 1;
    const nowMs = this.#nowMs();
    this.#busyMs += nowMs - this.#busySinceMs;
    this.#busySinceMs = nowMs;
    const isWhole = this.#busyMs >= MIN_WINDOW_MS && this.#bytes >= WINDOW_BYTES;
    if (!isWhole && this.#busyMs < WINDOW_MS) return;
    this.#linkSpeed = mix(this.#linkSpeed, (this.#bytes * 1000) / this.#busyMs);
    this.#bytes = 0;
    this.#busyMs = 0;
  }

  /** So many bytes took that long to compress. */
  compressed(bytes: number, ms: number): void {
    if (ms > 0) this.#compressSpeed = mix(this.#compressSpeed, Math.min(MOST_SPEED, (bytes * 1000) / ms));
  }

  /** Whether what compresses well should be compressed now. */
  get pays(): boolean {
    const limit = this.#limitBytesPerSecond ?? Number.POSITIVE_INFINITY;
    const speed = Math.min(this.#linkSpeed ?? Number.POSITIVE_INFINITY, limit);
    return speed * this.#margin < this.#compressSpeed;
  }
}

function mix(before: number | null, now: number): number {
  return before === null ? now : before + (now - before) * WEIGHT;
}
