import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BenchLink } from '../bench-link.ts';
import type { StartRival } from '../rival.ts';
import { type DaemonProcess, findFreePort, runCommand, startDaemon } from './daemon-process.ts';

/** A plain rsync daemon that takes what comes into `inbox` below `folder`; at the receiving end of `link`, if one is given. */
export async function startInboxDaemon(
  folder: string,
  link: Pick<BenchLink, 'receiver' | 'receiverHost'> = { receiver: [], receiverHost: '127.0.0.1' },
): Promise<{ readonly inbox: string; readonly port: number; readonly daemon: DaemonProcess }> {
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox, { recursive: true });
  const port = await findFreePort();
  // Files keep the owner that started the daemon; without root it cannot change it anyway.
  const owner = process.getuid?.() === 0 ? ['uid = 0', 'gid = 0'] : [];
  const config = [
    'use chroot = no',
    'reverse lookup = no',
    `lock file = ${join(folder, 'lock')}`,
    ...owner,
    '[inbox]',
    `path = ${inbox}`,
    'read only = no',
  ];
  writeFileSync(join(folder, 'rsyncd.conf'), `${config.join('\n')}\n`);
  const configFlag = `--config=${join(folder, 'rsyncd.conf')}`;
  const flags = ['--daemon', '--no-detach', configFlag, `--port=${port}`, `--address=${link.receiverHost}`];
  return { inbox, port, daemon: await startDaemon('rsync', flags, port, { by: link.receiver }) };
}

/** A plain rsync daemon: no encryption, nothing but TCP's own checksum. The fastest usual way. */
export const startRsyncDaemon: StartRival = async (folder, link) => {
  const { inbox, port, daemon } = await startInboxDaemon(folder, link);
  return {
    name: 'rsync daemon',
    daemonPid: daemon.pid,
    senderPid: null,
    copy: async (source, onStart) => {
      const target = `rsync://${link.receiverHost}:${port}/inbox/`;
      await runCommand('rsync', ['-a', '--whole-file', source, target], { onStart, by: link.sender });
      return { copy: { source, path: join(inbox, basename(source)) }, sender: null };
    },
    stop: async () => {
      await daemon.stop();
      return null;
    },
  };
};
