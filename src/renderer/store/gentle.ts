import type { JobView } from '../../shared/job.ts';
import type { SettingsView } from '../../shared/settings.ts';
import { passesHere } from '../format/job-ends.ts';
import { act } from './act.ts';
import type { AppContext } from './app-context.ts';

/** Where nothing moves that it could be half of: gentle on a wireless network. */
const UNMEASURED_BYTES_PER_SECOND = 10_000_000;
/** Below this a copy would look as if it stood. */
const LEAST_BYTES_PER_SECOND = 1_000_000;

/** Half of what moves now, by its averages, leaves the other half of the way to everybody else. */
export function gentleSpeed(jobs: readonly JobView[]): number {
  let total = 0;
  for (const job of jobs) {
    const { averageBytesPerSecond, bytesPerSecond } = job.progress;
    if (job.state === 'running' && passesHere(job)) total += averageBytesPerSecond || bytesPerSecond;
  }
  if (total === 0) return UNMEASURED_BYTES_PER_SECOND;
  return Math.max(LEAST_BYTES_PER_SECOND, Math.round(total / 2));
}

/** How fast a job of this device may be by what is set here; null: as fast as it goes. */
export function ownLimit({
  limitBytesPerSecond: limit,
  gentleBytesPerSecond: gentle,
}: SettingsView): number | null {
  return limit === null || gentle === null ? (limit ?? gentle) : Math.min(limit, gentle);
}

/** Slows everything that moves, or lets it go again: the same click both ways. */
export function toggleGentle({ engine, store }: AppContext): void {
  const { settings, jobs } = store.getState();
  const gentleBytesPerSecond =
    settings.gentleBytesPerSecond === null ? gentleSpeed(Object.values(jobs)) : null;
  void act(engine, 'gentle', 'settings.update', { change: { gentleBytesPerSecond } });
}
