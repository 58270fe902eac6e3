import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Device } from '../device.ts';
import { eventually } from '../eventually.ts';
import { describeIfPossible } from '../needs.ts';
import { type AppDevice, AppWorld, keepShot, rowOf } from './app-world.ts';
import { openPage } from './browser.ts';
import { compareContent } from './compare-content.ts';

/** Takes 2 s under the limit below: long enough to close a page and open it again. */
const SLOW_BYTES = 20_000_000;
const LIMIT_BYTES_PER_SECOND = 10_000_000;

/** What no compression makes shorter. */
async function createTrip(folder: string): Promise<string> {
  const trip = join(folder, 'Trip');
  await mkdir(join(trip, 'empty'), { recursive: true });
  await writeFile(join(trip, 'film.mov'), randomBytes(SLOW_BYTES));
  await writeFile(join(trip, 'list.txt'), 'one\ntwo\n');
  return trip;
}

/** A device that shares a folder with its owner's other devices, and does not hurry. */
async function serveShare(app: AppWorld, name: string, share: string, access: 'ro' | 'rw'): Promise<Device> {
  const folder = app.world.path(`${name}-${share}`);
  await mkdir(folder, { recursive: true });
  const home = app.world.path(name, 'home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const settings = { version: 1, limitBytesPerSecond: LIMIT_BYTES_PER_SECOND };
  await writeFile(join(home, 'settings.json'), JSON.stringify(settings));
  return await app.serve(name, ['--share', `${share}=${folder}:${access}`]);
}

/** `device` trusts `other` as one of its owner's own. */
async function takeOrdersFrom(device: Device, other: Device): Promise<void> {
  await device.pairWith(other);
  const trusted = await device.run(['trust', other.name, 'mine']);
  expect(trusted.code).toBe(0);
}

/** Rows of the pane on one side, and what chooses its device. */
function pane(
  { page }: AppDevice,
  side: 'left' | 'right',
): { readonly device: Locator; readonly list: Locator } {
  const index = side === 'left' ? 0 : 1;
  return {
    device: page.getByRole('button', { name: new RegExp(`Device on the ${side}$`) }),
    list: page
      .locator('[data-region=list] [role=grid], [data-region=list] [role=group][tabindex]')
      .nth(index),
  };
}

/** Shows the first folder that `device` shares. */
async function openShare(
  app: AppDevice,
  side: 'left' | 'right',
  device: string,
  share: string,
): Promise<void> {
  const { device: choice, list } = pane(app, side);
  await choice.click();
  await app.page.getByRole('option', { name: device }).click();
  await list.getByRole('row', { name: share }).dblclick();
}

/** What the engine tells this page waits from `hold` to `release`, as over a slow network. Loads the page anew. */
async function holdableAnswers({ page }: AppDevice): Promise<{ hold(): void; release(): void }> {
  let held: (() => void)[] | null = null;
  await page.routeWebSocket('**/bridge', (socket) => {
    const engine = socket.connectToServer();
    engine.onMessage((message) => {
      if (held === null) socket.send(message);
      else held.push(() => socket.send(message));
    });
  });
  await page.reload();
  return {
    hold: () => {
      held ??= [];
    },
    release: () => {
      for (const send of held ?? []) send();
      held = null;
    },
  };
}

/** Shows the settings of what is shared, where nothing is yet. */
async function openSharing(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Sharing' }).click();
  await page.getByText('No shared folders yet.').waitFor();
}

describeIfPossible('orders in the browser', () => {
  test('a folder dragged from one device’s share to another’s goes on without the page, and is done when it is back', async () => {
    await using app = await AppWorld.create(3);
    const [anna, bob, cleo] = await Promise.all([
      serveShare(app, 'anna', 'Photos', 'ro'),
      serveShare(app, 'bob', 'Store', 'rw'),
      app.open('cleo', { flags: ['--web-root', homedir()] }),
    ]);
    const source = await createTrip(app.world.path('anna-Photos'));
    await takeOrdersFrom(anna, cleo.device);
    await takeOrdersFrom(bob, cleo.device);
    // Both are paired by now: one of them is her own.
    expect((await cleo.device.run(['trust', 'anna', 'mine'])).code).toBe(0);

    const { page } = cleo;
    const answers = await holdableAnswers(cleo);
    await page.getByRole('button', { name: 'Browse' }).click();
    await openShare(cleo, 'left', 'anna', 'Photos');
    await openShare(cleo, 'right', 'bob', 'Store');
    const trip = pane(cleo, 'left').list.getByRole('row', { name: 'Trip' });
    const store = pane(cleo, 'right').list;
    await store.getByText('Nothing in here').waitFor();

    // By keys alone: into the folder, a file across, and back; on the other side a new folder.
    const keys = page.keyboard;
    await trip.click();
    answers.hold();
    await keys.press('Enter');
    // Typed at once, while the folder is still being opened: meant for what it holds.
    await keys.type('li');
    await keys.press('F5');
    answers.release();
    await page.locator('[role=row]:focus', { hasText: 'list.txt' }).waitFor();
    await store.getByRole('row', { name: 'list.txt' }).waitFor();
    await keys.press('Backspace');
    await page.locator('[role=row]:focus', { hasText: 'Trip' }).waitFor();
    await keys.press('Tab');
    await page.locator('[role=row]:focus', { hasText: 'list.txt' }).waitFor();
    await keys.press('F7');
    await page.getByRole('textbox', { name: 'Name of the folder' }).waitFor();
    await keys.type('Later');
    await keys.press('Enter');
    await store.getByRole('row', { name: 'Later' }).waitFor();

    await trip.dragTo(store);
    await page.getByRole('button', { name: 'Show' }).click();
    const row = rowOf(cleo, 'Trip');
    await row.getByText('anna').waitFor();
    await row.getByText('bob').waitFor();
    await row.getByText(/ of \d/).waitFor();
    await keepShot(page, 'order');

    await page.close();
    const again = await openPage(cleo.context, new URL(String(cleo.device.ready['web'])).origin);
    const later = { ...cleo, page: again };
    await rowOf(later, 'Trip').getByText('Done, verified').waitFor();
    await keepShot(again, 'order-done');
    expect(await compareContent(source, join(app.world.path('bob-Store'), 'Trip'))).toEqual([]);
    expect(await readdir(app.world.path('bob-Store'))).toEqual(
      expect.arrayContaining(['Later', 'list.txt', 'Trip']),
    );
    const orders = (await bob.run(['jobs'])).lines;
    expect(orders.length).toBeGreaterThanOrEqual(2);

    // Once more from its row: to where it went, and only what is missing there.
    const list = join(app.world.path('bob-Store'), 'Trip', 'list.txt');
    await rm(list);
    await rowOf(later, 'Trip').getByRole('button', { name: /^More/ }).click();
    await again.getByRole('menuitem', { name: 'Copy again' }).click();
    await rowOf(later, 'Trip').nth(1).waitFor();
    const isBack = () => readFile(list, 'utf8').catch(() => null);
    expect(await eventually('what was missing is there again', isBack)).toBe('one\ntwo\n');
    await rowOf(later, 'Trip').filter({ hasText: 'the rest was already there' }).waitFor();
    await keepShot(again, 'order-again');

    // What one window does to the shares of this device, another one shows. A whole home is asked about.
    const second = await openPage(cleo.context, new URL(again.url()).origin);
    await openSharing(second);
    await openSharing(again);
    await again.getByRole('button', { name: 'Add a folder' }).click();
    const dialog = again.getByRole('dialog', { name: 'Share a folder' });
    await dialog.getByRole('button', { name: /Folder$/ }).click();
    await again.getByRole('option').last().click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Papers');
    await dialog.getByRole('button', { name: 'Share', exact: true }).click();
    await dialog
      .getByText('This opens your whole home folder, with everything in it, to 1 device.')
      .waitFor();
    await second.getByRole('button', { name: /Papers.*Open to nobody/ }).waitFor();
    await dialog.getByRole('button', { name: 'Share all of it' }).click();
    await second.getByRole('button', { name: /Papers.*All my own devices can read/ }).waitFor();
    await keepShot(second, 'second-window');
    await again.getByRole('button', { name: /Papers/ }).click();
    await again.getByRole('button', { name: 'Stop sharing' }).click();
    await second.getByText('No shared folders yet.').waitFor();
  }, 240_000);
});
