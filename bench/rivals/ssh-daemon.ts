import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type DaemonProcess, findFreePort, runCommand, startDaemon } from './daemon-process.ts';

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
    'Subsystem sftp internal-sftp',
    // The keys lie in a temporary folder, which sshd would find too open.
    'StrictModes no',
    '',
  ].join('\n');
}

/** An sshd of our own on loopback, and how to reach it. */
export interface SshDaemon extends DaemonProcess {
  /** Options of ssh and scp, but for the port: nothing of the person's own configuration is read or written. */
  readonly options: readonly string[];
  readonly port: number;
  /** `user@host`. */
  readonly target: string;
}

/** Starts an sshd with keys of its own below `folder`, with the ciphers it prefers. */
export async function startSshDaemon(folder: string): Promise<SshDaemon> {
  if (process.getuid?.() === 0) mkdirSync(PRIVILEGE_FOLDER, { recursive: true, mode: 0o755 });
  for (const name of ['host-key', 'user-key']) {
    await runCommand('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]);
  }
  const port = await findFreePort();
  const hostKey = readFileSync(join(folder, 'host-key.pub'), 'utf8');
  writeFileSync(join(folder, 'known-hosts'), `[127.0.0.1]:${port} ${hostKey}`);
  writeFileSync(join(folder, 'sshd.conf'), sshdConfig(folder, port));
  const daemon = await startDaemon('sshd', ['-D', '-e', '-f', join(folder, 'sshd.conf')], port);
  const settings = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${join(folder, 'known-hosts')}`,
    'GlobalKnownHostsFile=/dev/null',
  ].flatMap((option) => ['-o', option]);
  const options = ['-F', '/dev/null', '-i', join(folder, 'user-key'), ...settings];
  return { ...daemon, options, port, target: `${userInfo().username}@127.0.0.1` };
}
