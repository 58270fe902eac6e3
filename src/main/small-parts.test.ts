import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostCommand } from '../shared/host-api.ts';
import { SETTINGS_PANES } from '../shared/host-api.ts';
import { CommandQueue } from './command-queue.ts';
import { settingsAddress } from './settings-address.ts';
import { StateKeeper } from './state-keeper.ts';
import { hasTray } from './tray-support.ts';
import { userDataFolder } from './user-data.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-shell-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('commands wait for the page, in order, and again when it loads anew', () => {
  const got: HostCommand[] = [];
  const queue = new CommandQueue((command) => got.push(command));
  const open = (path: string): HostCommand => ({ kind: 'open-paths', paths: [path] });
  queue.send(open('/a'));
  queue.send(open('/b'));
  expect(got).toEqual([]);
  queue.pageReady();
  queue.send(open('/c'));
  queue.pageGone();
  queue.send(open('/d'));
  expect(got).toEqual([open('/a'), open('/b'), open('/c')]);
  queue.pageReady();
  expect(got.at(-1)).toEqual(open('/d'));
});

test('what the shell remembers is there at the next start, in a file of its own person', async () => {
  const path = join(folder, 'deep', 'shell.json');
  const keeper = await StateKeeper.open(path);
  keeper.change({ theme: 'dark' });
  keeper.change({ maximized: true, bounds: { x: 1, y: 2, width: 600, height: 500 } });
  await keeper.settled();
  const again = await StateKeeper.open(path);
  expect(again.state).toEqual(keeper.state);
  expect(again.state).toMatchObject({ theme: 'dark', maximized: true });
  expect(await readdir(join(folder, 'deep'))).toEqual(['shell.json']);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path, 'utf8')).toMatch(/^\{\n/);
});

test('a place that cannot be written to is no failure', async () => {
  const keeper = await StateKeeper.open('/dev/null/shell.json');
  keeper.change({ theme: 'light' });
  await keeper.settled();
  expect(keeper.state.theme).toBe('light');
});

test('a home of its own has data of its own', () => {
  expect(userDataFolder('/u', undefined)).toBe('/u');
  expect(userDataFolder('/u', '')).toBe('/u');
  const one = userDataFolder('/u', '/home-1');
  expect(one).toMatch(/^\/u\/homes\/[0-9a-f]{16}$/);
  expect(userDataFolder('/u', '/x/../home-1')).toBe(one);
  expect(userDataFolder('/u', '/home-2')).not.toBe(one);
});

test('settings open by a closed list of addresses', () => {
  for (const pane of SETTINGS_PANES) {
    expect(settingsAddress(pane, 'darwin')).toMatch(/^x-apple\.systempreferences:/);
    expect(settingsAddress(pane, 'win32')).toMatch(/^(ms-settings:|windowsdefender:)/);
    expect(settingsAddress(pane, 'linux')).toBeNull();
  }
});

test('a Linux desktop is asked whether it shows a tray', async () => {
  const asked: string[] = [];
  const desktop = (answers: Readonly<Record<string, string>>) => (program: string) => {
    asked.push(program);
    return Promise.resolve(answers[program] ?? null);
  };
  expect(await hasTray('linux', desktop({ gdbus: '(true,)\n' }))).toBe(true);
  expect(await hasTray('linux', desktop({ gdbus: '(false,)\n' }))).toBe(false);
  expect(await hasTray('linux', desktop({ 'dbus-send': '   boolean true\n' }))).toBe(true);
  expect(await hasTray('linux', desktop({}))).toBe(false);
  expect(asked).toEqual(['gdbus', 'gdbus', 'gdbus', 'dbus-send', 'gdbus', 'dbus-send']);
  expect(await hasTray('darwin', () => Promise.reject(new Error('not asked')))).toBe(true);
});
