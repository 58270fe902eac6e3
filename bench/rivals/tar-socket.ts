import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import type { StartRival } from '../rival.ts';
import { requireCommand } from './daemon-process.ts';

/** tar at both ends of a plain socket, which they get as their own: nothing passes through this program. */
export const startTarSocket: StartRival = async (folder) => {
  mkdirSync(folder);
  const tar = requireCommand('tar');
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    name: 'tar over a socket',
    daemonPid: null,
    senderPid: null,
    copy: async (source, onStart) => {
      const unpacked = (async () => {
        const [socket] = (await once(server, 'connection')) as [import('node:net').Socket];
        const child = spawn(tar, ['-x', '-p', '-f', '-', '-C', folder], {
          stdio: [socket, 'ignore', 'inherit'],
        });
        const [code] = (await once(child, 'close')) as [number];
        socket.destroy();
        return code;
      })();
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      const args = ['--format=posix', '-c', '-f', '-', '-C', dirname(source), basename(source)];
      const child = spawn(tar, args, { stdio: ['ignore', socket, 'inherit'] });
      if (child.pid !== undefined) onStart(child.pid);
      const [packed] = (await once(child, 'close')) as [number];
      socket.destroy();
      const code = (await unpacked) || packed;
      if (code !== 0) throw new Error(`tar ended with ${code}`);
      return { copy: { source, path: join(folder, basename(source)) }, sender: null };
    },
    stop: async () => {
      server.close();
      await once(server, 'close');
      return null;
    },
  };
};
