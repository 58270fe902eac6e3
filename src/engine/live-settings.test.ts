import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Failure } from '../shared/failure.ts';
import type { SettingsView } from '../shared/settings.ts';
import { LiveSettings, type LiveSettingsParts } from './live-settings.ts';
import { openSettings } from './state/settings.ts';
import { makeHeardLog, makeTempHome, type TempHome } from './state/testing/temp-home.ts';

interface World extends AsyncDisposable {
  readonly temp: TempHome;
  readonly settings: LiveSettings;
  readonly changes: { now: SettingsView; before: SettingsView }[];
  readonly bound: number[];
}

async function makeWorld(flags: Partial<LiveSettingsParts['flags']> = {}): Promise<World> {
  const temp = await makeTempHome();
  const changes: World['changes'] = [];
  const bound = [3_120];
  const settings = new LiveSettings({
    store: await openSettings(temp.home, makeHeardLog().log),
    flags: { inbox: null, accept: null, port: null, ...flags },
    defaults: { visibility: 'everyone', inbox: '/srv/inbox', port: 3_120 },
    listeningPort: () => bound.at(-1) ?? 0,
    rebind: async (port) => {
      if (port === 666) throw new Failure('port-taken');
      bound.push(port);
    },
    onChange: (now, before) => changes.push({ now, before }),
  });
  return { temp, settings, changes, bound, [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose]() };
}

it('changes what is named, tells it, and has it after a restart', async () => {
  await using world = await makeWorld();
  const { settings, changes, temp } = world;
  const inbox = join(temp.home.path, 'in');
  const now = await settings.update({ visibility: 'paired', inbox, language: 'de', notify: false });
  expect(now).toMatchObject({ visibility: 'paired', inbox, language: 'de', notify: false, accept: 'ask' });
  expect(changes).toEqual([
    { now, before: expect.objectContaining({ visibility: 'everyone', notify: true }) },
  ]);
  expect((await openSettings(temp.home, makeHeardLog().log)).current()).toMatchObject({
    inbox,
    language: 'de',
  });
});

it('lets flags win, and keeps what was chosen for later', async () => {
  await using world = await makeWorld({ inbox: '/flag', accept: 'none', port: 0 });
  const { settings, bound, temp } = world;
  const now = await settings.update({ inbox: '/chosen', accept: 'paired', port: 4_000 });
  expect(now).toMatchObject({ inbox: '/flag', accept: 'none', port: 3_120 });
  expect(bound).toEqual([3_120]);
  expect((await openSettings(temp.home, makeHeardLog().log)).current()).toMatchObject({
    inbox: '/chosen',
    accept: 'paired',
    port: 4_000,
  });
});

it('changes nothing when a part of the change cannot be', async () => {
  await using world = await makeWorld();
  const { settings, changes, bound, temp } = world;
  const file = join(temp.home.path, 'file');
  await writeFile(file, '');
  const before = settings.view();
  const wrong = [
    [{ theme: 'dark', port: 666 }, 'port-taken'],
    [{ port: 4_000, inbox: 'relative' }, 'usage'],
    [{ port: 4_000, inbox: file }, 'destination-not-folder'],
    [{ port: 4_000, streams: 99 }, 'usage'],
  ] as const;
  for (const [change, code] of wrong) {
    await expect(settings.update(change)).rejects.toMatchObject({ code });
  }
  expect(settings.view()).toEqual(before);
  expect([changes, bound]).toEqual([[], [3_120]]);
});

it('makes changes one after the other', async () => {
  await using world = await makeWorld();
  const { settings, bound } = world;
  await Promise.all([4_001, 4_002, 4_003].map((port) => settings.update({ port })));
  expect(bound).toEqual([3_120, 4_001, 4_002, 4_003]);
  expect(settings.view().port).toBe(4_003);
});
