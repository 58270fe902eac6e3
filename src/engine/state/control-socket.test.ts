import { chmod, mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  controlSocketPaths,
  findControlSockets,
  MAX_SOCKET_PATH_BYTES,
  prepareControlSocket,
  type SocketPlace,
} from './control-socket.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-sock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function place(
  runtime: string | undefined,
  platform: NodeJS.Platform = 'linux',
  sharedTemp = '/tmp',
): SocketPlace {
  return { env: { XDG_RUNTIME_DIR: runtime }, platform, uid: process.getuid?.(), sharedTemp };
}

describe('controlSocketPaths', () => {
  it('prefers the runtime folder, then /tmp with the uid', () => {
    const paths = controlSocketPaths('/home/x', { ...place('/run/user/7'), uid: 7 });
    expect(paths[0]).toMatch(/^\/run\/user\/7\/ferry\/[0-9a-f]{20}\.sock$/);
    expect(paths[1]).toMatch(/^\/tmp\/ferry-7\/[0-9a-f]{20}\.sock$/);
    expect(controlSocketPaths('/home/x', { ...place(undefined), uid: 7 })).toEqual([paths[1]]);
    expect(controlSocketPaths('/home/x', { ...place('relative'), uid: 7 })).toEqual([paths[1]]);
  });

  it('is another socket for another home', () => {
    expect(controlSocketPaths('/a', place('/run'))).not.toEqual(controlSocketPaths('/b', place('/run')));
  });

  it('never gives a path over the limit, and always one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 0 }), (name, uid) => {
        const paths = controlSocketPaths('/home', { ...place(`/${name}`), uid });
        expect(paths.length).toBeGreaterThan(0);
        for (const path of paths) expect(Buffer.byteLength(path)).toBeLessThanOrEqual(MAX_SOCKET_PATH_BYTES);
      }),
    );
    const long = `/${'r'.repeat(71)}`;
    expect(controlSocketPaths('/home', place(long, 'linux'))).toHaveLength(2);
    expect(controlSocketPaths('/home', place(long, 'darwin'))).toHaveLength(1);
  });

  it('is one named pipe on Windows', () => {
    expect(controlSocketPaths('C:\\x', place('/run', 'win32'))).toEqual([
      expect.stringMatching(/^\\\\\.\\pipe\\ferry-[0-9a-f]{20}$/),
    ]);
  });
});

describe('prepareControlSocket', () => {
  it('makes a private folder and a path one can listen on', async () => {
    const path = await prepareControlSocket('/home/x', place(folder));
    expect(dirname(path)).toBe(join(folder, 'ferry'));
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.on('error', reject).listen(path, resolve));
    await new Promise((resolve) => server.close(resolve));
    expect(await findControlSockets('/home/x', place(folder))).toContain(path);
  });

  it('leaves out folders that are open to others, links, and absent ones', async () => {
    await mkdir(join(folder, 'target'), { mode: 0o700 });
    await mkdir(join(folder, 'ferry'));
    await chmod(join(folder, 'ferry'), 0o755);
    const loose = join(folder, 'ferry');
    expect((await findControlSockets('/home/x', place(folder))).map(dirname)).not.toContain(loose);
    const second = await prepareControlSocket('/home/x', place(folder, 'linux', join(folder, 'target')));
    expect(dirname(second)).toBe(join(folder, 'target', `ferry-${process.getuid?.()}`));

    const other = join(folder, 'other');
    await mkdir(other, { mode: 0o700 });
    await symlink(join(folder, 'target'), join(other, 'ferry'));
    expect((await findControlSockets('/home/x', place(other))).map(dirname)).not.toContain(
      join(other, 'ferry'),
    );
    expect((await findControlSockets('/home/x', place(join(folder, 'gone')))).map(dirname)).not.toContain(
      join(folder, 'gone', 'ferry'),
    );
  });
});
