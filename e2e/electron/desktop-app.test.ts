import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../tools/build-app.ts';
import { projectFolder } from '../../tools/project-files.ts';
import { describeIfPossible } from '../needs.ts';
import { appArguments, type DesktopApp, electronProgram, startDesktopApp } from './desktop-app.ts';

const START_MS = 120_000;

describeIfPossible('the desktop app in its own window', () => {
  let desktop: DesktopApp;

  beforeAll(async () => {
    await buildApp();
    desktop = await startDesktopApp();
  }, START_MS);

  afterAll(() => desktop?.[Symbol.asyncDispose]());

  test('the page comes by the app’s own protocol, and the engine answers it', async () => {
    const { page } = desktop;
    expect(page.url()).toBe('app://ferry/index.html');
    // only the engine knows the name
    await page.getByText('Visible to').first().waitFor({ timeout: 30_000 });
  });

  test('the page has the host’s verbs and nothing of Node or Electron', async () => {
    const seen = await desktop.page.evaluate(() => ({
      host: Reflect.get(Reflect.get(globalThis, 'ferryHost') as object, 'kind') as unknown,
      leaks: ['require', 'process', 'Buffer', 'ipcRenderer', 'module'].filter((name) => name in globalThis),
    }));
    expect(seen).toEqual({ host: 'desktop', leaks: [] });
  });

  test('the window stays on its page, opens no other, and has no permission but to notify', async () => {
    const { app, page } = desktop;
    const opened = await page.evaluate(`open('https://example.invalid/') === null`);
    expect(opened).toBe(true);
    await page.evaluate(`location.assign('data:text/html,elsewhere')`).catch(() => undefined);
    expect(page.url()).toBe('app://ferry/index.html');
    expect(app.windows()).toHaveLength(1);
    const state = `navigator.permissions.query({ name: 'geolocation' }).then((one) => one.state)`;
    expect(await page.evaluate(state)).toBe('denied');
    await expect(page.evaluate(`fetch('https://example.invalid/')`)).rejects.toThrow();
    await expect(page.evaluate(`new Function('return 1')()`)).rejects.toThrow();
  });

  test('a second start hands its paths to the first and ends', async () => {
    const { app, env } = desktop;
    await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      if (contents === undefined) throw new Error('no window');
      const sent: unknown[] = [];
      Reflect.set(globalThis, 'sentToPage', sent);
      const send = contents.send.bind(contents);
      contents.send = (channel, ...args) => {
        sent.push([channel, ...args]);
        send(channel, ...args);
      };
    });
    const second = spawn(electronProgram(), appArguments('README.md'), {
      env,
      cwd: projectFolder,
      stdio: 'ignore',
    });
    const [code] = (await once(second, 'exit')) as [number | null];
    expect(code).toBe(0);
    const sent = (): Promise<unknown> => app.evaluate(() => Reflect.get(globalThis, 'sentToPage') as unknown);
    await expect
      .poll(sent, { timeout: 10_000 })
      .toEqual([['ferry:command', { kind: 'open-paths', paths: [`${projectFolder}/README.md`] }]]);
  });

  test('an engine that dies is started again, and the page finds it', async () => {
    const { app, page } = desktop;
    const engines = (): Promise<number[]> =>
      app.evaluate(({ app: own }) =>
        own
          .getAppMetrics()
          .filter(({ name, serviceName }) => [name, serviceName].includes('Ferry engine'))
          .map(({ pid }) => pid),
      );
    const [first] = await engines();
    if (first === undefined) throw new Error('no engine is running');
    process.kill(first, 'SIGKILL');
    await expect.poll(engines, { timeout: 20_000 }).not.toContain(first);
    await expect.poll(async () => (await engines()).length, { timeout: 20_000 }).toBe(1);
    await page.getByText('Visible to').first().waitFor({ timeout: 30_000 });
  });
});
