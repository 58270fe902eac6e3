import type { Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds on the clock, and of the processor's time. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

export interface PageTask {
  /** How long it took on the clock. */
  readonly ms: number;
  /** How long it worked: the rest of the time another program had the processor. */
  readonly ownMs: number;
}

function mainThreads(events: readonly TraceEvent[]): ReadonlySet<string> {
  return new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
}

/** Notes every task of the page's main thread until `stop`, which tells those that took `overMs` or longer. */
export async function recordTasks(
  page: Page,
): Promise<{ stop(overMs: number): Promise<readonly PageTask[]> }> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('the page has no browser');
  const categories = ['-*', '__metadata', 'disabled-by-default-devtools.timeline'];
  await browser.startTracing(page, { categories });
  return {
    stop: async (overMs) => {
      const trace: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse(
        (await browser.stopTracing()).toString(),
      );
      const threads = mainThreads(trace.traceEvents);
      return trace.traceEvents
        .filter(({ name, pid, tid }) => name === 'RunTask' && threads.has(`${pid} ${tid}`))
        .map(({ dur = 0, tdur = dur }) => ({ ms: dur / 1000, ownMs: tdur / 1000 }))
        .filter(({ ms }) => ms >= overMs);
    },
  };
}
