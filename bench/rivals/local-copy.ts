import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { StartRival } from '../rival.ts';
import { runCommand } from './daemon-process.ts';

/** `cp -a` on one machine: no network at all. */
export const startLocalCopy: StartRival = (folder) => {
  mkdirSync(folder);
  return Promise.resolve({
    name: 'cp -r',
    daemonPid: null,
    senderPid: null,
    copy: async (source, onStart) => {
      const path = join(folder, basename(source));
      await runCommand('cp', ['-a', source, path], { onStart });
      return { copy: { source, path }, sender: null };
    },
    stop: () => Promise.resolve(null),
  });
};
