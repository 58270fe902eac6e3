import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** What a process and all its descendants used. Linux only: elsewhere everything is 0. */
export interface ProcessUse {
  readonly peakRssBytes: number;
  readonly cpuSeconds: number;
}

const SAMPLE_MS = 50;
/** Linux counts CPU time for /proc in hundredths of a second (USER_HZ), whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readProc(`${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

function peakRssOf(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB/m.exec(readProc(`${pid}/status`))?.[1];
  return Number(kib ?? 0) * 1024;
}

/** CPU of a process so far, with that of children it has waited for. See proc_pid_stat(5): fields 14 to 17. */
function cpuTicksOf(pid: number | 'self'): { own: number; waitedFor: number } {
  const stat = readProc(`${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (field: number): number => Number(fields[field - 3] ?? 0);
  return { own: at(14) + at(15), waitedFor: at(16) + at(17) };
}

function treeTicks(pid: number): number {
  return treeOf(pid).reduce((sum, one) => {
    const { own, waitedFor } = cpuTicksOf(one);
    return sum + own + waitedFor;
  }, 0);
}

/** Watches a daemon that was there before the run and stays after it. */
export function watchDaemon(pid: number): () => ProcessUse {
  try {
    // proc_pid_clear_refs(5): 5 sets the peak back to what is resident now.
    for (const one of treeOf(pid)) writeFileSync(`/proc/${one}/clear_refs`, '5');
  } catch {
    // Without it the peak is that of all runs so far, which is never too low.
  }
  const before = treeTicks(pid);
  const stopPeak = watchPeak(() => pid);
  return () => ({ peakRssBytes: stopPeak(), cpuSeconds: (treeTicks(pid) - before) / TICKS_PER_SECOND });
}

function watchPeak(pid: () => number): () => number {
  let peak = 0;
  const sample = (): void => {
    if (pid() > 0)
      peak = Math.max(
        peak,
        treeOf(pid()).reduce((sum, one) => sum + peakRssOf(one), 0),
      );
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return () => {
    clearInterval(timer);
    sample();
    return peak;
  };
}

/** Watches the one command that this process starts next and waits for. */
export function watchCommand(): { onStart: (pid: number) => void; end: () => ProcessUse } {
  let pid = 0;
  const before = cpuTicksOf('self').waitedFor;
  const stopPeak = watchPeak(() => pid);
  return {
    onStart: (started) => {
      pid = started;
    },
    end: () => ({
      peakRssBytes: stopPeak(),
      cpuSeconds: (cpuTicksOf('self').waitedFor - before) / TICKS_PER_SECOND,
    }),
  };
}
