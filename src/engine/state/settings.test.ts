import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openSettings } from './settings.ts';
import { makeHeardLog, makeTempHome } from './testing/temp-home.ts';

it('starts with defaults and writes nothing', async () => {
  await using temp = await makeTempHome();
  const settings = await openSettings(temp.home, makeHeardLog().log);
  expect(settings.current()).toEqual({ version: 1 });
  expect(await readdir(temp.home.path)).toEqual(['lists', 'logs']);
});

it('keeps what was written, private, and the version before as .bak', async () => {
  await using temp = await makeTempHome();
  const { log } = makeHeardLog();
  const settings = await openSettings(temp.home, log);
  await settings.update({ inbox: '/calm-otter', limitBytesPerSecond: 5 });
  await settings.update({ visibility: 'paired', limitBytesPerSecond: null });
  expect((await openSettings(temp.home, log)).current()).toEqual({
    version: 1,
    inbox: '/calm-otter',
    visibility: 'paired',
  });
  expect(JSON.parse(await readFile(temp.home.settingsBackup, 'utf8'))).toEqual({
    version: 1,
    inbox: '/calm-otter',
    limitBytesPerSecond: 5,
  });
  expect((await stat(temp.home.settings)).mode & 0o777).toBe(0o600);
  expect((await readdir(temp.home.path)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

it('keeps every field of the settings, and checks without writing', async () => {
  await using temp = await makeTempHome();
  const { log } = makeHeardLog();
  const settings = await openSettings(temp.home, log);
  const all = {
    visibility: 'off',
    inbox: '/in',
    accept: 'paired',
    port: 4_000,
    limitBytesPerSecond: 9,
    streams: 3,
    theme: 'dark',
    contrast: 'more',
    language: 'de',
    startAtLogin: true,
    notify: false,
    history: false,
  } as const;
  settings.check(all);
  expect(settings.current()).toEqual({ version: 1 });
  for (const wrong of [{ port: 0 }, { streams: 17 }, { inbox: 'here' }, { accept: 'all' as 'ask' }]) {
    expect(() => settings.check(wrong)).toThrow(expect.objectContaining({ code: 'usage' }));
  }
  await settings.update(all);
  expect((await openSettings(temp.home, log)).current()).toEqual({ version: 1, ...all });
});

it('keeps keys it does not know', async () => {
  await using temp = await makeTempHome();
  await writeFile(temp.home.settings, '{"version":1,"colours":{"dark":true},"visibility":"paired"}');
  const settings = await openSettings(temp.home, makeHeardLog().log);
  await settings.update({ visibility: 'off' });
  expect(JSON.parse(await readFile(temp.home.settings, 'utf8'))).toEqual({
    version: 1,
    colours: { dark: true },
    visibility: 'off',
  });
});

it('runs updates one after the other', async () => {
  await using temp = await makeTempHome();
  const settings = await openSettings(temp.home, makeHeardLog().log);
  await Promise.all([
    settings.update({ limitBytesPerSecond: 7 }),
    settings.update({ inbox: '/b' }),
    settings.update({ visibility: 'off' }),
  ]);
  expect(JSON.parse(await readFile(temp.home.settings, 'utf8'))).toMatchObject({
    limitBytesPerSecond: 7,
    inbox: '/b',
    visibility: 'off',
  });
});

it('refuses values out of range and stays as it was', async () => {
  await using temp = await makeTempHome();
  const settings = await openSettings(temp.home, makeHeardLog().log);
  for (const change of [
    { inbox: 'relative' },
    { limitBytesPerSecond: -1 },
    { inbox: 'not/absolute' },
    { limitBytesPerSecond: 1.5 },
  ]) {
    await expect(settings.update(change)).rejects.toMatchObject({
      code: 'usage',
      reason: Object.keys(change)[0],
    });
  }
  expect(settings.current()).toEqual({ version: 1 });
});

it.each([
  ['cut off', '{"version":1,"na'],
  ['empty', ''],
  ['no object', '[1]'],
  ['wrong type', '{"version":1,"visibility":"sometimes"}'],
  ['no version', '{"inbox":"/x"}'],
])('sets a damaged file aside (%s) and goes on with the copy before', async (_what, content) => {
  await using temp = await makeTempHome();
  const { log, events } = makeHeardLog();
  const settings = await openSettings(temp.home, log);
  await settings.update({ inbox: '/good' });
  await settings.update({ inbox: '/better' });
  await writeFile(temp.home.settings, content);

  const recovered = await openSettings(temp.home, log);
  expect(recovered.current()).toEqual({ version: 1, inbox: '/good' });
  expect(events).toMatchObject([{ event: 'settings-set-aside', detail: { from: 'backup' } }]);
  const aside = (await readdir(temp.home.path)).find((name) => name.includes('.broken-'));
  expect(await readFile(`${temp.home.path}/${aside}`, 'utf8')).toBe(content);
  await recovered.update({ visibility: 'off' });
  expect((await openSettings(temp.home, log)).current()).toEqual({
    version: 1,
    inbox: '/good',
    visibility: 'off',
  });
});

it('falls back to defaults when both are damaged', async () => {
  await using temp = await makeTempHome();
  const { log, events } = makeHeardLog();
  await writeFile(temp.home.settings, 'x');
  await writeFile(temp.home.settingsBackup, 'y');
  expect((await openSettings(temp.home, log)).current()).toEqual({ version: 1 });
  expect(events).toMatchObject([{ detail: { from: 'defaults' } }]);
});

it('refuses a newer version and leaves it alone', async () => {
  await using temp = await makeTempHome();
  const content = '{"version":2,"visibility":{"new":"form"}}';
  await writeFile(temp.home.settings, content);
  await expect(openSettings(temp.home, makeHeardLog().log)).rejects.toMatchObject({
    code: 'state-unusable',
    reason: 'newer settings 2',
  });
  expect(await readFile(temp.home.settings, 'utf8')).toBe(content);
});
