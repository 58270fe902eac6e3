import type { JobProgress, StageTimes } from '../../shared/job.ts';
import { limitedBy, subtractTimes } from './limited-by.ts';
import type { PullTally } from './pull-tally.ts';
import { SpeedMeter } from './speed-meter.ts';
import { NO_TIMES, type StageClock } from './stage-clock.ts';
import { StreamSpeeds } from './stream-speeds.ts';
import { StreamTuning, type Tuned } from './stream-tuning.ts';

/** Progress ticks on a clock, never per block. */
const TICK_MS = 100;
/** What limits a copy is judged over about a second. */
const JUDGE_MS = 1_000;
/** What one end reads and hashes at least, from a disk of the slower kind. */
const HASHED_BYTES_PER_SECOND = 200e6;

interface Surroundings {
  readonly source: StageTimes;
  /** In the order they were opened. */
  readonly streams: readonly { readonly wireBytes: number }[];
  /** Of all connections, those that have ended too. */
  readonly wireBytes: number;
  readonly isComplete: boolean;
  readonly isStarved: boolean;
  /** Paused, or waiting for somebody: this time counts for no speed. */
  readonly isResting: boolean;
  readonly phase: JobProgress['phase'];
}

/** What people are told of where a pull is: while it waits, or has stopped, it is still copying. */
export function phaseOf(phase: string): JobProgress['phase'] {
  return phase === 'finishing' || phase === 'committing' ? 'flushing' : 'copying';
}

/** Makes progress reports of one pull. The owner stops it. */
export class PullProgress {
  readonly #tally: PullTally;
  readonly #clock: StageClock;
  readonly #look: () => Surroundings;
  readonly #tuning: StreamTuning;
  /** Runs on `#activeMs`. */
  readonly #meter = new SpeedMeter(0);
  readonly #streamSpeeds = new StreamSpeeds();
  #timer: NodeJS.Timeout | null = null;
  #lastMs = performance.now();
  #wasResting = false;
  /** Time in which something could move, and when of it the first byte came. */
  #activeMs = 0;
  #firstByteMs: number | null = null;
  #movedBytes = 0;
  /** What still arrived while it rested; belongs to no time. */
  #restBytes = 0;
  #judgedMs = performance.now();
  #judged = { source: NO_TIMES, destination: NO_TIMES, files: 0, bytes: 0 };
  #limitedBy: JobProgress['limitedBy'] = 'unknown';
  #speeds: number[] = [];
  #lastTold = '';

  constructor(tally: PullTally, clock: StageClock, tuned: Tuned, look: () => Surroundings) {
    this.#tally = tally;
    this.#clock = clock;
    this.#look = look;
    this.#tuning = new StreamTuning({ ...tuned, clock, look });
  }

  /** Calls `onTick` ten times a second and `tell` when progress is another one than last time. */
  start(tell: (progress: JobProgress) => void, onTick: () => void): void {
    // That nothing has happened yet is no news: an offer has said more.
    this.#lastTold = JSON.stringify(this.now());
    this.#timer = setInterval(() => {
      onTick();
      this.#tuning.tick(performance.now());
      this.#sample();
      const progress = this.now();
      const key = JSON.stringify(progress);
      if (key === this.#lastTold) return;
      this.#lastTold = key;
      tell(progress);
    }, TICK_MS);
  }

  #sample(): void {
    const { streams, isResting } = this.#look();
    this.#advance(isResting);
    const { doneBytes, doneFiles } = this.#tally;
    this.#meter.add(this.#activeMs, doneBytes, doneFiles, this.#movedBytes - this.#restBytes);
    this.#speeds = this.#streamSpeeds.sample(performance.now(), streams);
    if (isResting || this.#wasResting) this.#restartJudging();
    else this.#judge();
    this.#wasResting = isResting;
  }

  /** Lets the clock of what could move go on. */
  #advance(isResting: boolean): void {
    const nowMs = performance.now();
    const { movedBytes } = this.#tally;
    if (isResting) this.#restBytes += movedBytes - this.#movedBytes;
    else {
      if (movedBytes > 0) this.#firstByteMs ??= this.#activeMs;
      this.#activeMs += nowMs - this.#lastMs;
    }
    this.#movedBytes = movedBytes;
    this.#lastMs = nowMs;
  }

  /** As it was last judged. */
  get limitedBy(): JobProgress['limitedBy'] {
    return this.#limitedBy;
  }

  now(): JobProgress {
    const { doneFiles, doneBytes, totalFiles, totalBytes, thereBytes, hereBytes, olderBytes } = this.#tally;
    const { isComplete, streams, wireBytes, isResting, phase } = this.#look();
    this.#advance(isResting);
    const left = isResting ? null : this.#meter.secondsLeft(totalBytes - doneBytes, totalFiles - doneFiles);
    return {
      phase,
      files: doneFiles,
      bytes: doneBytes,
      totalFiles,
      totalBytes,
      complete: isComplete,
      bytesPerSecond: isResting ? 0 : Math.max(0, Math.round(this.#meter.bytesPerSecond())),
      limitedBy: this.#limitedBy,
      secondsLeft: isComplete && left !== null ? Math.max(0, Math.ceil(left)) : null,
      streams: streams.length,
      streamSpeeds: this.#speeds.slice(0, streams.length),
      averageBytesPerSecond: this.#average(),
      from: { there: thereBytes, here: hereBytes, older: olderBytes },
      wireBytes,
    };
  }

  /** Whether what holds it back is the link, or a limit, and that is slower than hashing. */
  get isLinkSlow(): boolean {
    const isHeldBack = ['link', 'own-limit', 'peer-limit'].includes(this.#limitedBy);
    return isHeldBack && this.#meter.bytesPerSecond() < HASHED_BYTES_PER_SECOND;
  }

  #average(): number {
    if (this.#firstByteMs === null) return 0;
    const ms = this.#activeMs - this.#firstByteMs;
    return ms <= 0 ? 0 : Math.round(((this.#movedBytes - this.#restBytes) / ms) * 1000);
  }

  #restartJudging(): void {
    const { doneFiles: files, doneBytes: bytes } = this.#tally;
    this.#judged = { source: this.#look().source, destination: this.#clock.seconds(), files, bytes };
    this.#judgedMs = performance.now();
  }

  #judge(): void {
    const nowMs = performance.now();
    if (nowMs - this.#judgedMs < JUDGE_MS) return;
    const { source, isStarved } = this.#look();
    const { isMoreBetter } = this.#tuning;
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
      isMoreBetter,
    });
    this.#judged = { source, destination, files, bytes };
    this.#judgedMs = nowMs;
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
