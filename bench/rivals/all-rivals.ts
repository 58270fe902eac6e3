import type { StartRival } from '../rival.ts';
import { ferryWith, startFerryBench, startFerryCold, startFerryFew } from './ferry.ts';
import { ferryDelayed } from './ferry-delayed.ts';
import { startIperf } from './iperf3.ts';
import { startLocalCopy } from './local-copy.ts';
import { startRsyncDaemon } from './rsync-daemon.ts';
import { startRsyncSsh } from './rsync-ssh.ts';
import { startScp } from './scp.ts';
import { startTarSocket } from './tar-socket.ts';

/** Everybody who can take part, by the name that scenarios and the command line use. */
export const RIVALS: Readonly<Record<string, StartRival>> = {
  'rsync-daemon': startRsyncDaemon,
  'rsync-ssh': startRsyncSsh,
  scp: startScp,
  cp: startLocalCopy,
  tar: startTarSocket,
  iperf3: startIperf,
  ferry: ferryWith('ferry'),
  'ferry-uncompressed': ferryWith('ferry, uncompressed', ['--compress', 'off']),
  'ferry-cold': startFerryCold,
  'ferry-few': startFerryFew,
  'ferry-bench': startFerryBench,
  'delayed-1': ferryDelayed('ferry, 1 stream', '1', true),
  'delayed-4': ferryDelayed('ferry, 4 streams', '4'),
  'delayed-8': ferryDelayed('ferry, 8 streams', '8'),
  'delayed-16': ferryDelayed('ferry, 16 streams', '16'),
  'delayed-auto': ferryDelayed('ferry', 'auto'),
};
