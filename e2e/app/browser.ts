import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { findBrowser } from '../../tools/browser.ts';
import type { Namespace } from '../network-namespaces.ts';

/** As root its own sandbox cannot start, and /dev/shm is small in containers. */
const ARGS = ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];

/**
 * A real browser on the machine of a device: in its network namespace where it has one. It speaks to the test
 * through a pipe, so no port is open. The caller closes it.
 */
export async function openBrowserOn(host: Namespace | null, folder: string): Promise<Browser> {
  const found = findBrowser();
  if (found === null) throw new Error('no chromium: sudo apt-get install chromium');
  if (host === null) return await chromium.launch({ executablePath: found, args: ARGS });
  const executablePath = join(folder, `browser-${host.name}.sh`);
  await writeFile(executablePath, `#!/bin/sh\nexec ip netns exec ${host.name} ${found} "$@"\n`);
  await chmod(executablePath, 0o700);
  return await chromium.launch({ executablePath, args: ARGS });
}

/** A point in the middle of what is found. */
async function middleOf(place: Locator): Promise<{ readonly x: number; readonly y: number }> {
  const box = await place.first().boundingBox();
  if (box === null) throw new Error('the place to drop on is not to be seen');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/**
 * Drops real files and folders of this machine on a page, as the desktop's file manager does: through the
 * browser's own input, not by events made in the page.
 */
export async function dropFiles(page: Page, place: Locator, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const at = await middleOf(place);
  // Copy is 1 in the list of drag operations.
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await session.detach();
}

/** A page that fails the test when anything in it throws. */
export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(url);
  return page;
}

/** Counts the clicks of a person on a page from now on. */
export async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`
    window.clicksSeen = 0;
    window.addEventListener('click', (event) => { if (event.isTrusted) window.clicksSeen += 1; }, { capture: true });
  `);
  return async () => Number(await page.evaluate('window.clicksSeen'));
}
