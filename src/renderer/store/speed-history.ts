import type { EngineEvent } from '../../shared/engine-api.ts';
import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import { passesHere } from '../format/job-ends.ts';

/** One look at a job: when, how fast, and each of its streams. Null speed: paused or waiting. */
export interface SpeedSample {
  /** Unix ms. */
  readonly atMs: number;
  readonly bytesPerSecond: number | null;
  /** Null: nothing goes over it. */
  readonly streams: readonly (number | null)[];
}

/** What the live charts show. */
export const SHOWN_MS = 60_000;
/** Ten updates a second for a minute, and some. */
const MAX_SAMPLES = 700;

/** Key of all jobs together; their two lines are what is sent and what is received. */
export const ALL_JOBS = 'all';
/** Events of several jobs within this time are one sample of all. */
const SAMPLE_MS = 100;

/** The last minute of every job, kept beside the store so that ten updates a second render nothing else. */
export class SpeedHistory {
  readonly #samples = new Map<string, SpeedSample[]>();
  /** How fast each moving job is now. */
  readonly #moving = new Map<string, { readonly isSource: boolean; readonly bytesPerSecond: number }>();

  /** Sees every event of the engine. */
  note(event: EngineEvent, nowMs: number = Date.now()): void {
    if (event.kind === 'job-removed') {
      this.#samples.delete(event.job);
      if (this.#moving.delete(event.job)) this.#addAll(nowMs);
    }
    if (event.kind === 'job-changed') {
      this.#add(event.job, nowMs);
      this.#follow(event.job, nowMs);
    }
  }

  #follow(view: JobView, nowMs: number): void {
    const { job, role, state, progress } = view;
    if (!passesHere(view)) return;
    if (state === 'running' || state === 'finishing') {
      this.#moving.set(job, { isSource: role === 'source', bytesPerSecond: progress.bytesPerSecond });
      this.#addAll(nowMs);
    } else if (this.#moving.delete(job)) this.#addAll(nowMs);
  }

  #addAll(nowMs: number): void {
    let sent = 0;
    let received = 0;
    for (const { isSource, bytesPerSecond } of this.#moving.values()) {
      if (isSource) sent += bytesPerSecond;
      else received += bytesPerSecond;
    }
    const isStill = this.#moving.size === 0;
    const samples = this.#samples.get(ALL_JOBS) ?? [];
    const last = samples.at(-1);
    const isSameSample = last !== undefined && nowMs - last.atMs < SAMPLE_MS;
    if (isSameSample) samples.pop();
    samples.push({
      atMs: isSameSample ? last.atMs : nowMs,
      bytesPerSecond: isStill ? null : sent + received,
      streams: isStill ? [] : [sent === 0 ? null : sent, received === 0 ? null : received],
    });
    this.#keep(ALL_JOBS, samples);
  }

  #keep(key: string, samples: SpeedSample[]): void {
    if (samples.length > MAX_SAMPLES) samples.splice(0, samples.length - MAX_SAMPLES);
    this.#samples.set(key, samples);
  }

  #add(job: JobView, nowMs: number): void {
    if (ENDED_STATES.has(job.state)) {
      const samples = this.#samples.get(job.job);
      if (samples !== undefined && samples.at(-1)?.bytesPerSecond !== null) {
        samples.push({ atMs: nowMs, bytesPerSecond: null, streams: [] });
      }
      return;
    }
    const isMoving = job.state === 'running' || job.state === 'finishing';
    const samples = this.#samples.get(job.job) ?? [];
    samples.push({
      atMs: nowMs,
      bytesPerSecond: isMoving ? job.progress.bytesPerSecond : null,
      streams: isMoving ? job.progress.streamSpeeds : [],
    });
    this.#keep(job.job, samples);
  }

  /** Oldest first, the last minute; of one job, or of {@link ALL_JOBS}. */
  of(job: string, nowMs: number = Date.now()): readonly SpeedSample[] {
    return (this.#samples.get(job) ?? []).filter((sample) => sample.atMs >= nowMs - SHOWN_MS);
  }
}
