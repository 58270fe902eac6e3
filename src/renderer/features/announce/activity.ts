import type { HostActivity, HostApi } from '../../../shared/host-api.ts';
import type { JobView } from '../../../shared/job.ts';
import type { EngineState } from '../../store/engine-store.ts';

/** At most twice a second. */
const EVERY_MS = 500;

function isMoving(job: JobView): boolean {
  return job.state === 'running' || job.state === 'finishing';
}

/** Of all jobs together, what tray, dock and badge show. */
export function activityOf({ jobs, offers }: Pick<EngineState, 'jobs' | 'offers'>): HostActivity {
  let bytesPerSecond = 0;
  let moving = 0;
  let paused = 0;
  let error = false;
  let done = 0;
  let total = 0;
  let isKnown = true;
  for (const job of Object.values(jobs)) {
    if (job.state === 'failed' || job.state === 'partial') error = true;
    if (job.state === 'waiting' && job.waitingFor === 'paused') paused += 1;
    if (!isMoving(job)) continue;
    moving += 1;
    bytesPerSecond += job.progress.bytesPerSecond;
    const { fraction } = job;
    const weight = Math.max(1, job.progress.totalBytes);
    if (fraction === null) isKnown = false;
    else {
      done += fraction * weight;
      total += weight;
    }
  }
  return {
    bytesPerSecond,
    fraction: moving > 0 && isKnown && total > 0 ? Math.min(1, done / total) : null,
    requests: Object.keys(offers).length,
    moving,
    paused,
    error,
  };
}

function isSame(one: HostActivity, other: HostActivity): boolean {
  return (Object.keys(one) as (keyof HostActivity)[]).every((key) => one[key] === other[key]);
}

/**
 * Tells the host as the engine's events come, so also in a hidden window; a timer only sends what came too soon
 * after the last. Returns how to stop.
 */
export function feedActivity(
  host: Pick<HostApi, 'setActivity'>,
  read: () => EngineState,
  subscribe: (listener: () => void) => () => void,
): () => void {
  let sent: HostActivity | null = null;
  let sentMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const send = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const next = activityOf(read());
    if (sent !== null && isSame(sent, next)) return;
    sent = next;
    sentMs = performance.now();
    host.setActivity(next);
  };
  const look = () => {
    const waitMs = sentMs + EVERY_MS - performance.now();
    if (waitMs <= 0) send();
    else timer ??= setTimeout(send, waitMs);
  };
  look();
  const leave = subscribe(look);
  return () => {
    leave();
    if (timer !== null) clearTimeout(timer);
  };
}
