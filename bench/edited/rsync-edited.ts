import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort, requireCommand } from '../rivals/daemon-process.ts';
import { startInboxDaemon } from '../rivals/rsync-daemon.ts';
import type { EditedRival, StartEditedRival } from './edited-rival.ts';
import type { SlowLink } from './slow-link.ts';

function countOf(said: string, direction: 'sent' | 'received'): number {
  const text = new RegExp(`^Total bytes ${direction}: ([\\d,.]+)$`, 'm').exec(said)?.[1];
  if (text === undefined) throw new Error(`rsync did not say what it ${direction}: ${said}`);
  return Number(text.replaceAll(/[,.]/g, ''));
}

/** rsync's own delta over its plain daemon; it counts what it sends and receives itself. */
export const startRsyncEdited = startRsync(['--no-whole-file', '--ignore-times']);

/** The same with other flags. Versions of one size and second are the same to it, unless it ignores times. */
export function startRsync(flags: readonly string[]): StartEditedRival {
  return async (folder, file, link) => await start(folder, file, flags, link);
}

async function start(
  folder: string,
  file: string,
  flags: readonly string[],
  link?: SlowLink,
): Promise<EditedRival> {
  const { inbox, port, daemon } = await startInboxDaemon(folder);
  const door = link === undefined ? port : await findFreePort();
  await link?.openDoor({ host: '127.0.0.1', port: door }, { host: '127.0.0.1', port });
  return {
    name: 'rsync',
    target: join(inbox, file),
    pids: [daemon.pid],
    update: async (source) => {
      const args = ['-a', '--stats', ...flags, source];
      const run = await promisify(execFile)(requireCommand('rsync'), [
        ...args,
        `rsync://127.0.0.1:${door}/inbox/`,
      ]);
      return { wireBytes: countOf(run.stdout, 'sent') + countOf(run.stdout, 'received') };
    },
    stop: () => daemon.stop(),
  };
}
