import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import type { StartRival } from '../rival.ts';
import { findFreePort, runCommand, startDaemon } from './daemon-process.ts';

/** sshd refuses to start as root without it; Debian makes it with the service, which we do not use. */
const PRIVILEGE_FOLDER = '/run/sshd';

function sshdConfig(folder: string, port: number): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host-key')}`,
    `AuthorizedKeysFile ${join(folder, 'user-key.pub')}`,
    'PidFile none',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'PermitRootLogin prohibit-password',
    // The keys lie in a temporary folder, which sshd would find too open.
    'StrictModes no',
    '',
  ].join('\n');
}

/** ssh that reads and writes nothing of the person's own configuration. */
function sshCommand(folder: string, port: number): string {
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${join(folder, 'known-hosts')}`,
    'GlobalKnownHostsFile=/dev/null',
  ].map((option) => `-o ${option}`);
  return ['ssh', '-F /dev/null', `-p ${port}`, `-i ${join(folder, 'user-key')}`, ...options].join(' ');
}

/** rsync over ssh, as most people copy: an sshd of our own on loopback, with the ciphers it prefers. */
export const startRsyncSsh: StartRival = async (folder) => {
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox, { recursive: true });
  if (process.getuid?.() === 0) mkdirSync(PRIVILEGE_FOLDER, { recursive: true, mode: 0o755 });
  for (const name of ['host-key', 'user-key']) {
    await runCommand('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]);
  }
  const port = await findFreePort();
  const hostKey = readFileSync(join(folder, 'host-key.pub'), 'utf8');
  writeFileSync(join(folder, 'known-hosts'), `[127.0.0.1]:${port} ${hostKey}`);
  writeFileSync(join(folder, 'sshd.conf'), sshdConfig(folder, port));

  const daemon = await startDaemon('sshd', ['-D', '-e', '-f', join(folder, 'sshd.conf')], port);
  const target = `${userInfo().username}@127.0.0.1:${inbox}/`;
  return {
    name: 'rsync over ssh',
    daemonPid: daemon.pid,
    senderPid: null,
    copy: async (source, onStart) => {
      await runCommand(
        'rsync',
        ['-a', '--whole-file', '-e', sshCommand(folder, port), source, target],
        onStart,
      );
      return { path: join(inbox, basename(source)), sender: null };
    },
    stop: async () => {
      await daemon.stop();
      return null;
    },
  };
};
