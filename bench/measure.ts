import { compareTrees } from '../tools/compare-trees.ts';
import { removeTree } from '../tools/trees/remove-tree.ts';
import { compareContent } from './compare-content.ts';
import { type ProcessUse, watchCommand, watchDaemon } from './process-watch.ts';
import type { Rival, SelfMeasured } from './rival.ts';
import type { BenchData } from './scenario.ts';

/** One copy by one rival. */
export interface Run {
  readonly seconds: number;
  readonly bytes: number;
  readonly files: number;
  readonly movedBytes: number;
  readonly sender: ProcessUse;
  readonly receiver: ProcessUse;
  readonly senderSaid: SelfMeasured | null;
  readonly jobSeconds: number | null;
  readonly firstByteSeconds: number | null;
}

/**
 * Copies the data once, times the whole command, then compares the copy and removes it, outside the timing.
 * Throws when the copy is not identical.
 */
export async function measureRun(rival: Rival, data: BenchData): Promise<Run> {
  const receiver = rival.daemonPid === null ? () => NO_USE : watchDaemon(rival.daemonPid);
  const command = watchCommand();
  const engine = rival.senderPid === null ? null : watchDaemon(rival.senderPid);
  const startMs = performance.now();
  const copied = await rival.copy(data.source, command.onStart);
  const seconds = (performance.now() - startMs) / 1000;
  const sender = addUse(command.end(), engine?.() ?? NO_USE);
  const run = {
    ...{ seconds, bytes: data.bytes, files: data.files },
    movedBytes: copied.measured?.bytes ?? data.bytes,
    ...copied.measured,
    sender,
    receiver: receiver(),
    senderSaid: copied.sender,
    jobSeconds: copied.jobSeconds ?? null,
    firstByteSeconds: copied.firstByteSeconds ?? null,
  };
  if (copied.copy !== null) await compareAndRemove(rival, copied.copy);
  return run;
}

async function compareAndRemove(
  rival: Rival,
  { source, path }: { readonly source: string; readonly path: string },
): Promise<void> {
  const differences =
    rival.isContentOnly === true
      ? await compareContent(source, path)
      : (await compareTrees(source, path)).differences;
  if (differences.length > 0) {
    throw new Error(`${rival.name} copied wrongly: ${differences.slice(0, 5).join('; ')}`);
  }
  removeTree(path);
}

const NO_USE: ProcessUse = { peakRssBytes: 0, cpuSeconds: 0 };

function addUse(a: ProcessUse, b: ProcessUse): ProcessUse {
  return { peakRssBytes: a.peakRssBytes + b.peakRssBytes, cpuSeconds: a.cpuSeconds + b.cpuSeconds };
}

/** The middle of `values`; NaN when there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
