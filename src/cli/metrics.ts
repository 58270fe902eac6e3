import { monitorEventLoopDelay } from 'node:perf_hooks';

const SAMPLE_MS = 10;
const NS_PER_MS = 1e6;

/**
 * With `FERRY_METRICS=1`, one JSON line on stderr at the end: how late the engine thread was and how much
 * memory the process holds. Read by `npm run bench`.
 */
export function reportMetricsAtExit(env: NodeJS.ProcessEnv): void {
  if (env['FERRY_METRICS'] !== '1') return;
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delay.enable();
  process.on('exit', () => {
    // What is measured is the time between samples; the lateness is what exceeds the plan.
    const p99Ms = Math.max(0, delay.percentile(99) / NS_PER_MS - SAMPLE_MS);
    const line = { kind: 'metrics', eventLoopP99Ms: p99Ms, rssBytes: process.memoryUsage.rss() };
    process.stderr.write(`${JSON.stringify(line)}\n`);
  });
}
