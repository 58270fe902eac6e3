import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseJsonLine, runFerry, startServe } from '../../tools/ferry-process.ts';
import { pairTwoDevices } from '../../tools/two-devices.ts';
import type { BenchLink } from '../bench-link.ts';
import type { Copied, SelfMeasured, StartRival } from '../rival.ts';

/** Makes every Ferry process say at its end how it fared. */
const METRICS = { FERRY_METRICS: '1' };

/** The last metrics line in `stderr`, or null. */
export function readMetrics(stderr: string): SelfMeasured | null {
  const lines = stderr.split('\n').map(parseJsonLine);
  const metrics = lines.findLast((line) => line?.kind === 'metrics');
  if (metrics === undefined || metrics === null) return null;
  return { eventLoopP99Ms: Number(metrics['eventLoopP99Ms']), rssBytes: Number(metrics['rssBytes']) };
}

export function worseOf(a: SelfMeasured | null, b: SelfMeasured | null): SelfMeasured | null {
  if (a === null || b === null) return a ?? b;
  return {
    eventLoopP99Ms: Math.max(a.eventLoopP99Ms, b.eventLoopP99Ms),
    rssBytes: Math.max(a.rssBytes, b.rssBytes),
  };
}

type Devices = Awaited<ReturnType<typeof pairTwoDevices>>;

/** A receiver that serves and a sender that is paired with it, at the two ends of a link. */
export function startDevices(folder: string, link: BenchLink): Promise<Devices> {
  mkdirSync(folder);
  const { sender, receiver, receiverHost: host } = link;
  return pairTwoDevices(folder, new AbortController().signal, { env: METRICS, sender, receiver, host });
}

/** An engine at the sender, as with the app: its commands attach to it. */
export function startSender(folder: string, link: BenchLink, home: string): ReturnType<typeof startServe> {
  return startServe({
    args: ['--port', '0', '--listen', link.senderHost, '--inbox', join(folder, 'inbox-b')],
    home,
    env: METRICS,
    by: link.sender,
  });
}

async function send(
  devices: Devices,
  link: BenchLink,
  send: { readonly source: string; readonly flags: readonly string[]; onStart(pid: number): void },
): Promise<Copied> {
  const { source, flags, onStart } = send;
  const startMs = performance.now();
  let firstByteSeconds: number | null = null;
  const run = await runFerry({
    args: ['send', source, '--to', devices.peer, '--json', ...flags],
    home: devices.senderHome,
    env: METRICS,
    by: link.sender,
    onStart,
    onLine: (line) => {
      if (line.kind !== 'progress' || !(Number(line['bytes']) > 0)) return;
      firstByteSeconds ??= (performance.now() - startMs) / 1000;
    },
  });
  if (run.code !== 0) {
    throw new Error(`ferry send ended with ${run.code}: ${JSON.stringify(run.lines.at(-1))}`);
  }
  return {
    copy: { source, path: join(devices.inbox, basename(source)) },
    sender: readMetrics(run.stderr),
    jobSeconds: Number(run.lines.at(-1)?.['seconds']),
    ...(firstByteSeconds === null ? {} : { firstByteSeconds }),
  };
}

/**
 * Ferry as it lives on a machine: an engine runs at both ends (the app, or `ferry serve`), encrypted and
 * verified; the whole of `ferry send` is timed, from its start to its end.
 */
export function ferryWith(name: string, flags: readonly string[] = []): StartRival {
  return async (folder, link) => {
    const devices = await startDevices(folder, link);
    const sender = await startSender(folder, link, devices.senderHome);
    return {
      name,
      daemonPid: devices.receiver.pid,
      senderPid: sender.pid,
      copy: async (source, onStart) => ({
        ...(await send(devices, link, { source, flags, onStart })),
        sender: null,
      }),
      stop: async () => worseOf(readMetrics(await sender.stop()), readMetrics(await devices.receiver.stop())),
    };
  };
}

/** The same with no engine at the sender: the command starts one for itself first, and ends it. */
export const startFerryCold: StartRival = async (folder, link) => {
  const devices = await startDevices(folder, link);
  return {
    name: 'ferry, cold',
    daemonPid: devices.receiver.pid,
    senderPid: null,
    copy: async (source, onStart) => await send(devices, link, { source, flags: [], onStart }),
    stop: async () => readMetrics(await devices.receiver.stop()),
  };
};

/** A folder beside the data holds fewer files of the same kind; see scenarios/million.ts. */
export const FEW_FILES = 10_000;
export const FEW_FOLDER = 'few';

/** Ferry with a part of the files, to see what one costs among few. */
export const startFerryFew: StartRival = async (folder, link) => {
  const rival = await ferryWith('ferry, 10,000 files')(folder, link);
  return {
    ...rival,
    copy: async (source, onStart) => {
      const startMs = performance.now();
      const copied = await rival.copy(join(dirname(source), FEW_FOLDER), onStart);
      const seconds = (performance.now() - startMs) / 1000;
      // What it is compared by is the time per file.
      return { ...copied, measured: { bytes: 1, seconds, files: FEW_FILES } };
    },
  };
};

/** `ferry bench`: from memory to memory, encrypted, every block checked. */
export const startFerryBench: StartRival = async (folder, link) => {
  const devices = await startDevices(folder, link);
  const sender = await startSender(folder, link, devices.senderHome);
  return {
    name: 'ferry',
    daemonPid: devices.receiver.pid,
    senderPid: sender.pid,
    copy: async (_source, onStart) => {
      const args = ['bench', devices.peer, '--json', '--seconds', '1'];
      const run = await runFerry({ args, home: devices.senderHome, env: METRICS, by: link.sender, onStart });
      const line = run.lines.find(({ kind }) => kind === 'bench');
      if (run.code !== 0 || line === undefined) throw new Error(`ferry bench ended with ${run.code}`);
      const steps = line['streams'] as readonly { readonly bytesPerSecond: number }[];
      const movedBytes = steps.reduce((sum, { bytesPerSecond }) => sum + bytesPerSecond, 0);
      return {
        copy: null,
        sender: readMetrics(run.stderr),
        measured: { bytes: Number(line['bytesPerSecond']), seconds: 1, movedBytes },
      };
    },
    stop: async () => worseOf(readMetrics(await sender.stop()), readMetrics(await devices.receiver.stop())),
  };
};
