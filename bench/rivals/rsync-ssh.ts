import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { StartRival } from '../rival.ts';
import { runCommand } from './daemon-process.ts';
import { startSshDaemon } from './ssh-daemon.ts';

/** rsync over ssh, as most people copy. */
export const startRsyncSsh: StartRival = async (folder) => {
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox, { recursive: true });
  const daemon = await startSshDaemon(folder);
  const ssh = ['ssh', '-p', `${daemon.port}`, ...daemon.options].join(' ');
  return {
    name: 'rsync over ssh',
    daemonPid: daemon.pid,
    senderPid: null,
    copy: async (source, onStart) => {
      const args = ['-a', '--whole-file', '-e', ssh, source, `${daemon.target}:${inbox}/`];
      await runCommand('rsync', args, { onStart });
      return { copy: { source, path: join(inbox, basename(source)) }, sender: null };
    },
    stop: async () => {
      await daemon.stop();
      return null;
    },
  };
};
