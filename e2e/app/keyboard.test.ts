import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeIfPossible } from '../needs.ts';
import { createSample } from '../sample-tree.ts';
import { type AppDevice, AppWorld, keepShot, limitSpeed, requestOn, rowOf } from './app-world.ts';
import { compareContent } from './compare-content.ts';

/** Long enough to pause it under a limit of 10 MB/s. */
const SLOW_BYTES = 60_000_000;
const MAX_REGIONS = 8;

/** The part of the screen that has the focus. */
async function regionOf(page: Page): Promise<string | null> {
  return await page.evaluate<string | null>(
    "document.activeElement?.closest('[data-region]')?.dataset.region ?? null",
  );
}

/** What would be read aloud for what has the focus. */
async function focusedText(page: Page): Promise<string> {
  return await page.evaluate<string>(
    "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.innerText ?? ''",
  );
}

/** As after loading: nothing has the focus. */
async function dropFocus(page: Page): Promise<void> {
  await page.evaluate('document.activeElement?.blur()');
}

async function goToRegion(page: Page, region: string): Promise<void> {
  for (let press = 0; press < MAX_REGIONS; press += 1) {
    await page.keyboard.press('F6');
    if ((await regionOf(page)) === region) return;
  }
  throw new Error(`F6 does not lead to ${region}`);
}

/** Tab until something with this text has the focus. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let press = 0; press < 10; press += 1) {
    if ((await focusedText(page)).startsWith(text)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${text}`);
}

describeIfPossible('the browser by keyboard alone', () => {
  let app: AppWorld;
  let anna: AppDevice;
  let bob: AppDevice;

  beforeAll(async () => {
    app = await AppWorld.create();
    [anna, bob] = await app.openPair();
    await limitSpeed(bob);
    await dropFocus(bob.page);
  }, 90_000);

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await keepShot(anna.page, `failed-${task.name}-anna`);
    await keepShot(bob.page, `failed-${task.name}-bob`);
  });

  test('the whole job: choose a device, send, accept, pause, resume, look, close', async () => {
    const path = await createSample(join(app.world.folder, 'Keys'), SLOW_BYTES);

    // From now on the test answers for the system's dialog.
    const chosen = anna.page.waitForEvent('filechooser');
    await goToRegion(anna.page, 'nearby');
    await tabTo(anna.page, 'bob,');
    await anna.page.keyboard.press('ArrowRight');
    expect(await focusedText(anna.page)).toBe('Actions for bob');
    await anna.page.keyboard.press('Enter');
    await anna.page.getByRole('menuitem', { name: 'Send files…' }).waitFor();
    expect(await focusedText(anna.page)).toBe('Send files…');
    await anna.page.keyboard.press('Enter');
    await (await chosen).setFiles([join(path, 'large.bin'), join(path, 'small.txt')]);

    const request = requestOn(bob, 'large.bin');
    await request.waitFor();
    await keepShot(bob.page, 'keyboard-request');
    // It takes no focus by itself, so nothing that is being typed answers it.
    expect(await regionOf(bob.page)).toBe(null);
    for (const key of ['Enter', 'Space', 'a', 'y', 'Escape']) await bob.page.keyboard.press(key);
    await goToRegion(bob.page, 'requests');
    expect(await focusedText(bob.page)).not.toContain('Accept');
    for (const key of ['a', 'y', 'Escape']) await bob.page.keyboard.press(key);
    expect(await request.getByRole('button', { name: 'Accept' }).isEnabled()).toBe(true);
    await tabTo(bob.page, 'Accept');
    await bob.page.keyboard.press('Enter');

    const row = rowOf(anna, 'large.bin');
    await row.getByRole('button', { name: 'Pause' }).waitFor();
    await goToRegion(anna.page, 'list');
    await anna.page.keyboard.press('Space');
    await row.getByText('Paused by you').waitFor();
    await anna.page.keyboard.press('Space');
    await row.getByText('Paused by you').waitFor({ state: 'detached' });

    await anna.page.keyboard.press('Enter');
    const detail = anna.page.getByRole('region', { name: 'Details' });
    await detail.getByRole('heading', { name: 'large.bin' }).waitFor();
    await keepShot(anna.page, 'keyboard-detail');
    await anna.page.keyboard.press('Escape');
    await detail.getByRole('heading', { name: 'large.bin' }).waitFor({ state: 'detached' });
    expect(await regionOf(anna.page)).toBe('list');

    await row.getByText('Done, verified').waitFor();
    await bob.page.getByText('Done, verified').first().waitFor();
    // The empty folder was not chosen.
    expect(await compareContent(path, bob.device.inbox)).toEqual([
      'empty: only on one side, or of another kind',
    ]);
  }, 90_000);

  test('F6 goes round the parts of the screen, and Shift+F6 back', async () => {
    const { page } = anna;
    await dropFocus(page);
    const forward: (string | null)[] = [];
    for (let press = 0; press < 6; press += 1) {
      await page.keyboard.press('F6');
      forward.push(await regionOf(page));
    }
    expect(forward).toEqual(['head', 'nearby', 'views', 'filters', 'list', 'status']);
    await page.keyboard.press('F6');
    expect(await regionOf(page)).toBe('head');
    await page.keyboard.press('Shift+F6');
    expect(await regionOf(page)).toBe('status');
  });

  test('Ctrl+K finds commands and devices by a part of their name', async () => {
    const { page } = anna;
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Commands' }).waitFor();
    await keepShot(page, 'palette');
    await page.keyboard.type('setti');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'General' }).waitFor();

    await page.keyboard.press('Control+k');
    await page.keyboard.type('bob');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Details' }).getByRole('heading', { name: 'bob' }).waitFor();

    await page.keyboard.press('Control+k');
    await page.keyboard.type('gentle');
    await page.keyboard.press('Enter');
    const gentle = page.getByRole('button', { name: 'At most 10.0 MB/s', pressed: true });
    await gentle.waitFor();
    await gentle.press('Enter');
    await page.getByRole('button', { name: 'Be gentle', exact: true, pressed: false }).waitFor();

    await page.keyboard.press('Control+k');
    await page.keyboard.type('work…');
    await page.keyboard.press('Enter');
    const report = page.getByRole('dialog', { name: 'It didn’t work?' });
    await report.getByText('ferry report').waitFor();
    expect(await report.getByLabel('Report', { exact: true }).innerText()).not.toMatch(/bob|large/);
    await page.keyboard.press('Escape');
    await report.waitFor({ state: 'detached' });

    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Commands' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Commands' }).waitFor({ state: 'detached' });
  });

  test('a finished copy leaves the list by Delete, and comes back by Undo', async () => {
    const { page } = bob;
    await goToRegion(page, 'list');
    await page.keyboard.press('Delete');
    await rowOf(bob, 'large.bin').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).waitFor();
  });
});
