import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, linkSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** What lies in the tree, by path relative to its root. */
export interface SpecialTree {
  /** FIFO, socket and (where the user may make one) device node: to be skipped and listed. */
  readonly special: readonly string[];
  /** Regular files that this user may not read; empty for root, who reads everything. */
  readonly unreadable: readonly string[];
  /** Regular files that must arrive all the same. */
  readonly readable: readonly string[];
}

/** Leaves a socket file behind. Closing a server unlinks its own name, so a second name is made first. */
async function createSocketFile(folder: string, name: string): Promise<void> {
  const held = openSync(folder, 'r');
  // By descriptor: a socket's address is limited to 107 bytes, paths of test folders are not.
  const address = process.platform === 'linux' ? `/proc/self/fd/${held}/s` : join(folder, 's');
  const server = createServer();
  try {
    server.listen(address);
    await once(server, 'listening');
    linkSync(join(folder, 's'), join(folder, name));
  } finally {
    server.close();
    closeSync(held);
  }
  await once(server, 'close');
}

function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Makes `root` with the entries that cannot be copied, beside some that can. POSIX only. */
export async function createSpecialTree(root: string): Promise<SpecialTree> {
  mkdirSync(join(root, 'below'), { recursive: true });
  const special = ['below/fifo', 'below/socket'];
  const readable = ['before', 'below/inside', 'zzz-after'];
  for (const name of readable) writeFileSync(join(root, name), `content of ${name}\n`);
  if (!run('mkfifo', join(root, 'below/fifo'))) throw new Error('mkfifo failed');
  await createSocketFile(join(root, 'below'), 'socket');

  const isRoot = process.getuid?.() === 0;
  // Containers may forbid device nodes to root as well.
  if (isRoot && run('mknod', join(root, 'below/device'), 'c', '1', '3')) special.push('below/device');
  const unreadable: string[] = [];
  if (!isRoot) {
    writeFileSync(join(root, 'below/unreadable'), 'nobody may read this\n');
    chmodSync(join(root, 'below/unreadable'), 0);
    unreadable.push('below/unreadable');
  }
  return { special, unreadable, readable };
}
