import { chmod, chown, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultInbox, openHome, resolveHomePath } from './home.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-home-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

describe('resolveHomePath', () => {
  it('takes FERRY_HOME, made absolute', () => {
    expect(resolveHomePath({ FERRY_HOME: folder })).toBe(folder);
    expect(resolveHomePath({ FERRY_HOME: 'here' })).toBe(join(process.cwd(), 'here'));
  });

  it('else a folder called ferry without a suffix, also for an empty variable', () => {
    expect(resolveHomePath({})).toMatch(/[/\\]ferry\b/);
    expect(resolveHomePath({})).not.toMatch(/nodejs/);
    expect(resolveHomePath({ FERRY_HOME: '' })).toBe(resolveHomePath({}));
  });
});

describe('defaultInbox', () => {
  it('is Ferry in the own folder of the person', () => {
    expect(defaultInbox({ HOME: '/home/x' }, 'linux')).toBe('/home/x/Ferry');
    expect(defaultInbox({ HOME: 'relative' }, 'linux')).toBe(join(homedir(), 'Ferry'));
    expect(defaultInbox({}, 'linux')).toBe(join(homedir(), 'Ferry'));
  });
});

describe('openHome', () => {
  it('creates it and its logs private, whatever is missing above', async () => {
    const home = await openHome(join(folder, 'a', 'b'));
    expect(await modeOf(home.path)).toBe(0o700);
    expect(await modeOf(home.logs)).toBe(0o700);
  });

  it('is the same home through a link', async () => {
    const home = await openHome(join(folder, 'real'));
    await symlink(home.path, join(folder, 'link'));
    expect(await openHome(join(folder, 'link'))).toEqual(home);
  });

  it('closes an empty folder, or a home, that others could read', async () => {
    const path = join(folder, 'loose');
    await mkdir(path);
    await chmod(path, 0o755);
    await openHome(path);
    expect(await modeOf(path)).toBe(0o700);
    await writeFile(join(path, 'ferry.db'), '');
    await chmod(path, 0o750);
    await openHome(path);
    expect(await modeOf(path)).toBe(0o700);
  });

  it('refuses somebody’s ordinary folder and leaves its mode', async () => {
    const path = join(folder, 'ordinary');
    await mkdir(path);
    await chmod(path, 0o755);
    await writeFile(join(path, 'letter.txt'), 'dear');
    await expect(openHome(path)).rejects.toMatchObject({ code: 'state-unusable', reason: 'mode 755' });
    expect(await modeOf(path)).toBe(0o755);
  });

  it('refuses a folder of another owner', async () => {
    // Root may give a folder away; anybody else finds the root folder owned by another.
    const path = process.getuid?.() === 0 ? join(folder, 'foreign') : '/';
    if (path !== '/') {
      await mkdir(path, { mode: 0o700 });
      await chown(path, 4_242, 4_242);
    }
    await expect(openHome(path)).rejects.toMatchObject({ code: 'state-unusable', reason: 'other owner' });
  });

  it('refuses a file', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(openHome(join(folder, 'file'))).rejects.toMatchObject({ name: 'Failure' });
  });
});
