import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartRival } from '../rival.ts';
import { findFreePort, requireCommand, runCommand } from './daemon-process.ts';

const SECONDS = 3;
/** iperf3 says nothing when it is ready, and serves one client at a time. */
const READY_MS = 500;

/** iperf3 with one stream: what TCP gets on this link without a cipher, a hash or a file. */
export const startIperf: StartRival = async (folder, link) => {
  mkdirSync(folder);
  const port = `${await findFreePort()}`;
  const [program, ...rest] = [...link.receiver, requireCommand('iperf3'), '-s', '-p', port];
  const server = spawn(program, rest, { stdio: 'ignore' });
  const ended = once(server, 'close');
  await sleep(READY_MS);
  return {
    name: 'iperf3',
    daemonPid: server.pid ?? null,
    senderPid: null,
    copy: async (_source, onStart) => {
      const args = ['-c', link.receiverHost, '-p', port, '-t', `${SECONDS}`, '-J'];
      const output = await runCommand('iperf3', args, { onStart, by: link.sender });
      const { end } = JSON.parse(output) as { end: { sum_received: { bytes: number; seconds: number } } };
      const { bytes, seconds } = end.sum_received;
      return { copy: null, sender: null, measured: { bytes, seconds } };
    },
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
      return null;
    },
  };
};
