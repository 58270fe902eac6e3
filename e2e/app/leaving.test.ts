import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeIfPossible } from '../needs.ts';
import { createSample } from '../sample-tree.ts';
import { type AppDevice, AppWorld, keepShot, limitSpeed, requestOn, rowOf, tileOf } from './app-world.ts';
import { dropFiles, openPage } from './browser.ts';
import { compareContent } from './compare-content.ts';

/** Takes 8 s under the limit of 10 MB/s. */
const SLOW_BYTES = 80_000_000;

const CLOSED = 'The tab with these files was closed';

describeIfPossible('leaving the page', () => {
  let app: AppWorld;
  let anna: AppDevice;
  let bob: AppDevice;

  beforeAll(async () => {
    app = await AppWorld.create();
    [anna, bob] = await app.openPair();
    await limitSpeed(bob);
  }, 90_000);

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await keepShot(anna.page, `failed-${task.name}-anna`);
    await keepShot(bob.page, `failed-${task.name}-bob`);
  });

  /** Where the page of a device is, without a link's token: the browser has a session. */
  function pageOf({ device }: AppDevice): string {
    return new URL(String(device.ready['web'])).origin;
  }

  test('a page that files are read from asks first; closed, the copy waits for the same files', async () => {
    const path = await createSample(join(app.world.folder, 'Left'), SLOW_BYTES);
    await dropFiles(anna.page, tileOf(anna, 'bob'), [path]);
    await requestOn(bob, 'Left').getByRole('button', { name: 'Accept' }).click();
    const row = rowOf(anna, 'Left');
    await row.getByRole('button', { name: 'Pause' }).waitFor();
    // Browsers only let a page ask that somebody has touched.
    await row.click();
    await row.getByText('Keep this tab open until it is sent.').waitFor();

    const asked = anna.page.waitForEvent('dialog');
    await anna.page.close({ runBeforeUnload: true });
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
    expect(anna.page.isClosed()).toBe(false);
    await row.getByRole('button', { name: 'Pause' }).waitFor();

    const { page } = anna;
    page.once('dialog', (dialog) => void dialog.accept());
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    await rowOf(bob, 'Left').getByText(CLOSED).waitFor();
    anna = { ...anna, page: await openPage(anna.context, pageOf(anna)) };
    await rowOf(anna, 'Left').getByText(CLOSED).waitFor();
    await rowOf(anna, 'Left').getByText('drop them again to continue').waitFor();
    await keepShot(anna.page, 'page-closed');
    expect(await requestOn(bob, 'Left').count()).toBe(0);

    await dropFiles(anna.page, tileOf(anna, 'bob'), [path]);
    await rowOf(anna, 'Left').getByText(CLOSED).waitFor({ state: 'detached' });
    await rowOf(bob, 'Left').getByText('Done, verified').waitFor({ timeout: 40_000 });
    expect(await rowOf(anna, 'Left').count()).toBe(1);
    expect(await compareContent(path, join(bob.device.inbox, 'Left'))).toEqual([]);
  }, 120_000);

  test('a page that nothing is read from does not ask', async () => {
    const page = await openPage(anna.context, pageOf(anna));
    await page.getByRole('button', { name: 'Settings' }).click();
    let asked = 0;
    page.on('dialog', (dialog) => {
      asked += 1;
      void dialog.accept();
    });
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    expect(asked).toBe(0);
  });

  test('language and theme change at once, on every page of the device', async () => {
    const { page } = anna;
    const other = await openPage(anna.context, pageOf(anna));
    await page.evaluate('window.isSameDocument = true');
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: /Language$/ }).click();
    await page.getByRole('option', { name: 'Deutsch' }).click();
    await page.getByRole('tab', { name: 'Allgemein' }).waitFor();
    await other.getByRole('region', { name: 'Dieses Gerät' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');

    const background = "getComputedStyle(document.querySelector('main')).backgroundColor";
    const light = await page.evaluate<string>(background);
    await page.getByRole('button', { name: /Aussehen$/ }).click();
    await page.getByRole('option', { name: 'Dunkel' }).click();
    await page.locator('html[data-theme=dark]').waitFor();
    await other.locator('html[data-theme=dark]').waitFor();
    expect(await page.evaluate<string>(background)).not.toBe(light);
    await keepShot(page, 'german-dark');

    await page.getByRole('button', { name: /Sprache$/ }).click();
    await page.getByRole('option', { name: 'English' }).click();
    await page.getByRole('tab', { name: 'General' }).waitFor();
    expect(await page.evaluate('window.isSameDocument')).toBe(true);
    await page.getByRole('button', { name: 'Transfers' }).click();
    await other.close();
  });

  test('an engine that has ended is said, and a fresh link opens the page again in the same tab', async () => {
    const { page, device } = bob;
    const address = new URL(String(device.ready['web'])).host;
    await device.served.stop();
    await page.getByText('Lost the connection to bob. Trying again…').waitFor();
    // What was shown stays.
    await rowOf(bob, 'Left').waitFor();
    await keepShot(page, 'lost');

    const ready = await device.serve(['--web', address, '--accept', 'ask']);
    await page.getByRole('heading', { name: 'This page needs a fresh link' }).waitFor();
    await page.getByText('ferry web').waitFor();
    await keepShot(page, 'fresh-link');
    await page.goto(String(ready['web']));
    await rowOf(bob, 'Left').getByText('Done, verified').waitFor();
    expect(page.url()).not.toContain('#');
  }, 60_000);
});
