import type { StageTimes } from '../../shared/job.ts';
import { MAX_STREAMS_PER_JOB } from '../wire/limits.ts';
import { isLinkBound, subtractTimes } from './limited-by.ts';
import type { PullOrder } from './pull-order.ts';
import type { PullStreams } from './pull-streams.ts';
import { NO_TIMES, type StageClock } from './stage-clock.ts';
import { StreamTuner } from './stream-tuner.ts';

/** Whether the ends have time to spare is read off this much time: the source tells its own four times a second. */
const WINDOW_MS = 300;

interface Surroundings {
  readonly source: StageTimes;
  readonly isStarved: boolean;
  readonly isResting: boolean;
}

/** The pull whose connections are counted. */
export interface Tuned {
  readonly order: Pick<PullOrder, 'streams' | 'isAuto' | 'bestStreams'>;
  readonly streams: Pick<PullStreams, 'live' | 'wireBytes' | 'want'>;
  /** What is worth remembering of this way; told again when it turns out otherwise. */
  readonly onLearned: (streams: number, bytesPerSecond: number) => void;
}

interface TuningParts extends Tuned {
  readonly clock: StageClock;
  readonly look: () => Surroundings;
}

/** Has a pull use as many connections as throughput says, where nobody has said how many. */
export class StreamTuning {
  readonly #parts: TuningParts;
  readonly #tuner: StreamTuner | null;
  #window = { ms: 0, source: NO_TIMES, destination: NO_TIMES };
  #isLinkBound = false;
  #learned: number | null = null;

  constructor(parts: TuningParts) {
    this.#parts = parts;
    const { isAuto = false, streams } = parts.order;
    this.#tuner = isAuto ? new StreamTuner({ start: streams, most: MAX_STREAMS_PER_JOB }) : null;
  }

  /** Whether it is known that more connections than now would be faster. */
  get isMoreBetter(): boolean {
    const { streams, bestStreams = null } = this.#parts.order;
    if (this.#tuner !== null) return this.#tuner.verdict === 'more-helps';
    return bestStreams !== null && streams < bestStreams;
  }

  /** To be called ten times a second. */
  tick(nowMs: number): void {
    const tuner = this.#tuner;
    if (tuner === null) return;
    const { streams, look } = this.#parts;
    const { isResting, isStarved, source } = look();
    if (isResting || isStarved || streams.live.length === 0) {
      tuner.interrupted();
      this.#restartWindow(nowMs, source);
      return;
    }
    this.#judge(nowMs, source);
    const { live, wireBytes: bytes } = streams;
    tuner.look({ nowMs, bytes, live: live.length, isLinkBound: this.#isLinkBound });
    streams.want(tuner.wanted);
    const { found } = tuner;
    if (found === null || found.streams === this.#learned) return;
    this.#learned = found.streams;
    this.#parts.onLearned(found.streams, found.bytesPerSecond);
  }

  #restartWindow(ms: number, source: StageTimes): void {
    this.#window = { ms, source, destination: this.#parts.clock.seconds() };
  }

  #judge(nowMs: number, source: StageTimes): void {
    const before = this.#window;
    const wallSeconds = (nowMs - before.ms) / 1000;
    if (wallSeconds * 1000 < WINDOW_MS) return;
    this.#isLinkBound = isLinkBound({
      source: subtractTimes(source, before.source),
      destination: subtractTimes(this.#parts.clock.seconds(), before.destination),
      wallSeconds,
    });
    this.#restartWindow(nowMs, source);
  }
}
