import type { JobProgress, StageTimes } from '../../shared/job.ts';
import { limitedBy, subtractTimes } from './limited-by.ts';
import type { PullTally } from './pull-tally.ts';
import { SpeedMeter } from './speed-meter.ts';
import { NO_TIMES, type StageClock } from './stage-clock.ts';

/** Progress ticks on a clock, never per block. */
const TICK_MS = 250;
/** What limits a copy is judged over about a second. */
const JUDGE_MS = 1_000;

interface Surroundings {
  readonly source: StageTimes;
  readonly streams: number;
  readonly isComplete: boolean;
  readonly isStarved: boolean;
}

/** Makes progress reports of one pull. The owner stops it. */
export class PullProgress {
  readonly #tally: PullTally;
  readonly #clock: StageClock;
  readonly #look: () => Surroundings;
  readonly #meter = new SpeedMeter(performance.now());
  #timer: NodeJS.Timeout | null = null;
  #judgedMs = performance.now();
  #judged = { source: NO_TIMES, destination: NO_TIMES, files: 0, bytes: 0 };
  #limitedBy: JobProgress['limitedBy'] = 'unknown';
  #lastTold = '';

  constructor(tally: PullTally, clock: StageClock, look: () => Surroundings) {
    this.#tally = tally;
    this.#clock = clock;
    this.#look = look;
  }

  start(tell: (progress: JobProgress) => void): void {
    this.#timer = setInterval(() => {
      this.#meter.add(performance.now(), this.#tally.doneBytes, this.#tally.doneFiles);
      this.#judge();
      const progress = this.now();
      const key = JSON.stringify(progress);
      if (key === this.#lastTold) return;
      this.#lastTold = key;
      tell(progress);
    }, TICK_MS);
  }

  now(): JobProgress {
    const { doneFiles, doneBytes, totalFiles, totalBytes } = this.#tally;
    const { isComplete, streams } = this.#look();
    const left = this.#meter.secondsLeft(totalBytes - doneBytes, totalFiles - doneFiles);
    return {
      files: doneFiles,
      bytes: doneBytes,
      totalFiles,
      totalBytes,
      complete: isComplete,
      bytesPerSecond: Math.max(0, Math.round(this.#meter.bytesPerSecond())),
      limitedBy: this.#limitedBy,
      secondsLeft: isComplete && left !== null ? Math.max(0, Math.ceil(left)) : null,
      streams,
    };
  }

  #judge(): void {
    const nowMs = performance.now();
    if (nowMs - this.#judgedMs < JUDGE_MS) return;
    const { source, isStarved } = this.#look();
    const destination = this.#clock.seconds();
    const { doneFiles: files, doneBytes: bytes } = this.#tally;
    const last = this.#judged;
    this.#limitedBy = limitedBy({
      source: subtractTimes(source, last.source),
      destination: subtractTimes(destination, last.destination),
      wallSeconds: (nowMs - this.#judgedMs) / 1000,
      files: files - last.files,
      bytes: bytes - last.bytes,
      isStarved,
    });
    this.#judged = { source, destination, files, bytes };
    this.#judgedMs = nowMs;
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
