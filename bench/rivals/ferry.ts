import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseJsonLine, runFerry } from '../../tools/ferry-process.ts';
import { pairTwoDevices } from '../../tools/two-devices.ts';
import type { SelfMeasured, StartRival } from '../rival.ts';

/** Makes every Ferry process say at its end how it fared. */
const METRICS = { FERRY_METRICS: '1' };

/** The last metrics line in `stderr`, or null. */
export function readMetrics(stderr: string): SelfMeasured | null {
  const lines = stderr.split('\n').map(parseJsonLine);
  const metrics = lines.findLast((line) => line?.kind === 'metrics');
  if (metrics === undefined || metrics === null) return null;
  return { eventLoopP99Ms: Number(metrics['eventLoopP99Ms']), rssBytes: Number(metrics['rssBytes']) };
}

/** Ferry, encrypted and verified: `ferry serve` receives, and the whole of `ferry send` is timed. */
export const startFerry: StartRival = async (folder) => {
  mkdirSync(folder);
  const devices = await pairTwoDevices(folder, new AbortController().signal, METRICS);
  return {
    name: 'ferry',
    daemonPid: devices.receiver.pid,
    copy: async (source, onStart) => {
      const args = ['send', source, '--to', devices.peer, '--json'];
      const run = await runFerry({ args, home: devices.senderHome, env: METRICS, onStart });
      if (run.code !== 0) {
        throw new Error(`ferry send ended with ${run.code}: ${JSON.stringify(run.lines.at(-1))}`);
      }
      return { path: join(devices.inbox, basename(source)), sender: readMetrics(run.stderr) };
    },
    stop: async () => readMetrics(await devices.receiver.stop()),
  };
};
