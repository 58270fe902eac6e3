import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireCommand } from '../rivals/daemon-process.ts';
import { startInboxDaemon } from '../rivals/rsync-daemon.ts';
import type { StartEditedRival } from './edited-rival.ts';

function countOf(said: string, direction: 'sent' | 'received'): number {
  const text = new RegExp(`^Total bytes ${direction}: ([\\d,.]+)$`, 'm').exec(said)?.[1];
  if (text === undefined) throw new Error(`rsync did not say what it ${direction}: ${said}`);
  return Number(text.replaceAll(/[,.]/g, ''));
}

/** rsync's own delta over its plain daemon; it counts what it sends and receives itself. */
export const startRsyncEdited: StartEditedRival = async (folder, file) => {
  const { inbox, port, daemon } = await startInboxDaemon(folder);
  return {
    name: 'rsync',
    target: join(inbox, file),
    update: async (source) => {
      // Versions of one size and second would be taken for the same.
      const args = ['-a', '--no-whole-file', '--ignore-times', '--stats', source];
      const run = await promisify(execFile)(requireCommand('rsync'), [
        ...args,
        `rsync://127.0.0.1:${port}/inbox/`,
      ]);
      return { wireBytes: countOf(run.stdout, 'sent') + countOf(run.stdout, 'received') };
    },
    stop: () => daemon.stop(),
  };
};
