import { fs } from '../disk/fs.ts';

const NS_PER_MS = 1e6;

/**
 * Milliseconds in which this very thread ran or wanted to and was not let (other programs, a cap on its processor):
 * the first two numbers of schedstat (proc(5), Documentation/scheduler/sched-stats). Linux only; null elsewhere.
 * For worker threads: the read is synchronous.
 */
export function runnableMs(): number | null {
  try {
    const [ran, waited] = fs.readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ').map(Number);
    const sum = (ran ?? Number.NaN) + (waited ?? Number.NaN);
    return Number.isFinite(sum) ? sum / NS_PER_MS : null;
  } catch {
    return null;
  }
}
