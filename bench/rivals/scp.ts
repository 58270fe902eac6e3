import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { StartRival } from '../rival.ts';
import { runCommand } from './daemon-process.ts';
import { startSshDaemon } from './ssh-daemon.ts';

/** `scp -r`, which keeps neither times to the nanosecond nor links as links. */
export const startScp: StartRival = async (folder) => {
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox, { recursive: true });
  const daemon = await startSshDaemon(folder);
  return {
    name: 'scp',
    daemonPid: daemon.pid,
    senderPid: null,
    isContentOnly: true,
    copy: async (source, onStart) => {
      const args = ['-q', '-r', '-p', '-P', `${daemon.port}`, ...daemon.options];
      await runCommand('scp', [...args, source, `${daemon.target}:${inbox}/`], { onStart });
      return { copy: { source, path: join(inbox, basename(source)) }, sender: null };
    },
    stop: async () => {
      await daemon.stop();
      return null;
    },
  };
};
