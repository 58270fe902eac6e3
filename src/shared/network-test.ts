import type { FailureData } from './failure.ts';
import type { DeviceId } from './ids.ts';
import type { SpeedSeries } from './job.ts';

/** One number of connections of a network test; null while it has not been measured. */
export interface NetworkTestStep {
  readonly streams: number;
  readonly bytesPerSecond: number | null;
}

/** A measurement from memory to memory between this device and a peer: how many connections are worth having. */
export interface NetworkTestView {
  /** Cookie to stop it by. */
  readonly test: string;
  readonly peer: { readonly id: DeviceId; readonly name: string };
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  /** All that were or will be measured, in their order; those left out for want of any gain go at the end. */
  readonly steps: readonly NetworkTestStep[];
  /** Speed over the time of the whole test. */
  readonly series: SpeedSeries;
  /** Fewest connections that come close to the most that was measured; null before it is over. */
  readonly best: number | null;
  /** Speed with that many. */
  readonly bytesPerSecond: number | null;
  readonly failure: FailureData | null;
}

/** Numbers of connections that a test tries, in this order. */
export const TESTED_STREAMS = [1, 2, 3, 4, 6, 8, 12, 16] as const;

export const MAX_SECONDS_PER_STEP = 60;
export const DEFAULT_SECONDS_PER_STEP = 2;
