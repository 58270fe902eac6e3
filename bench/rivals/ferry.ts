import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseJsonLine, runFerry, startServe } from '../../tools/ferry-process.ts';
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

type Devices = Awaited<ReturnType<typeof pairTwoDevices>>;

async function send(
  devices: Devices,
  source: string,
  onStart: (pid: number) => void,
): Promise<{ readonly path: string; readonly stderr: string; readonly jobSeconds: number }> {
  const args = ['send', source, '--to', devices.peer, '--json'];
  const run = await runFerry({ args, home: devices.senderHome, env: METRICS, onStart });
  if (run.code !== 0) {
    throw new Error(`ferry send ended with ${run.code}: ${JSON.stringify(run.lines.at(-1))}`);
  }
  const jobSeconds = Number(run.lines.at(-1)?.['seconds']);
  return { path: join(devices.inbox, basename(source)), stderr: run.stderr, jobSeconds };
}

/**
 * Ferry as it lives on a machine: an engine runs at both ends (the app, or `ferry serve`), encrypted and
 * verified; the whole of `ferry send` is timed, from its start to its end.
 */
export const startFerry: StartRival = async (folder) => {
  mkdirSync(folder);
  const devices = await pairTwoDevices(folder, new AbortController().signal, METRICS);
  const sender = await startServe({
    args: ['--port', '0', '--listen', '127.0.0.1', '--inbox', join(folder, 'inbox-b')],
    home: devices.senderHome,
    env: METRICS,
  });
  return {
    name: 'ferry',
    daemonPid: devices.receiver.pid,
    senderPid: sender.pid,
    copy: async (source, onStart) => {
      const { path, jobSeconds } = await send(devices, source, onStart);
      return { path, sender: null, jobSeconds };
    },
    stop: async () => {
      const said = readMetrics(await sender.stop());
      const receiverSaid = readMetrics(await devices.receiver.stop());
      return worse(said, receiverSaid);
    },
  };
};

function worse(a: SelfMeasured | null, b: SelfMeasured | null): SelfMeasured | null {
  if (a === null || b === null) return a ?? b;
  return {
    eventLoopP99Ms: Math.max(a.eventLoopP99Ms, b.eventLoopP99Ms),
    rssBytes: Math.max(a.rssBytes, b.rssBytes),
  };
}

/** The same with no engine at the sender: the command starts one for itself first, and ends it. */
export const startFerryCold: StartRival = async (folder) => {
  mkdirSync(folder);
  const devices = await pairTwoDevices(folder, new AbortController().signal, METRICS);
  return {
    name: 'ferry, cold',
    daemonPid: devices.receiver.pid,
    senderPid: null,
    copy: async (source, onStart) => {
      const { path, stderr, jobSeconds } = await send(devices, source, onStart);
      return { path, sender: readMetrics(stderr), jobSeconds };
    },
    stop: async () => readMetrics(await devices.receiver.stop()),
  };
};
