import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { describeIfPossible } from '../needs.ts';
import { type AppDevice, AppWorld, keepShot, tileOf } from './app-world.ts';
import { countClicks, dropFiles } from './browser.ts';
import { compareContent } from './compare-content.ts';

/** Names that a file manager may hand to a browser, and that are markup, odd or long. */
const ODD_NAMES = [
  '<img src=x onerror=alert(1)>.txt',
  'ümläut 👩‍👩‍👧.txt',
  'مجلد',
  '- rf .txt',
  `${'n'.repeat(200)}.bin`,
];

async function createTrip(folder: string): Promise<string> {
  await mkdir(join(folder, 'Trip/one/two/three'), { recursive: true });
  await mkdir(join(folder, 'Trip/empty'));
  await writeFile(join(folder, 'Trip/one/two/three/note.txt'), 'deep');
  await writeFile(join(folder, 'Trip/nothing'), '');
  await writeFile(join(folder, 'Trip/film.mov'), Buffer.alloc(5_000_000, 'frame'));
  for (const name of ODD_NAMES) await writeFile(join(folder, 'Trip/one', name), name);
  const longAgo = new Date('2020-02-03T04:05:06Z');
  await utimes(join(folder, 'Trip/film.mov'), longAgo, longAgo);
  return join(folder, 'Trip');
}

/** The six digits on a screen. */
async function digitsOn({ page }: AppDevice): Promise<string> {
  const text = await page.getByRole('alertdialog').innerText();
  return (/\b\d{3}\s*\d{3}\b/.exec(text)?.[0] ?? '').replaceAll(/\s/g, '');
}

describeIfPossible('two fresh devices in the browser', () => {
  test('pair by six digits and copy a folder with at most five clicks on both screens', async () => {
    await using app = await AppWorld.create();
    const [anna, bob] = [await app.open('anna'), await app.open('bob')];
    const clicks = [await countClicks(anna.page), await countClicks(bob.page)];
    await tileOf(anna, 'bob').waitFor();
    const trip = await createTrip(app.world.folder);

    await dropFiles(anna.page, tileOf(anna, 'bob'), [trip]);
    // The other screen asks for nothing by itself: one line, and what to press.
    await bob.page.getByRole('button', { name: 'Pair a device' }).first().click();
    await anna.page.getByRole('button', { name: 'They match' }).waitFor();
    await bob.page.getByRole('button', { name: 'They match' }).waitFor();
    await keepShot(bob.page, 'pairing');
    const digits = await digitsOn(anna);
    expect(digits).toMatch(/^\d{6}$/);
    expect(await digitsOn(bob)).toBe(digits);
    await anna.page.getByRole('button', { name: 'They match' }).click();
    await bob.page.getByRole('button', { name: 'They match' }).click();

    const request = bob.page.getByRole('article', { name: /anna wants to send/ });
    await request.waitFor();
    await keepShot(bob.page, 'request');
    await request.getByRole('button', { name: 'Accept' }).click();
    await bob.page.getByText('Done, verified').first().waitFor();
    await anna.page.getByText('Done, verified').first().waitFor();
    await keepShot(anna.page, 'done');

    expect(await compareContent(trip, join(bob.device.inbox, 'Trip'))).toEqual([]);
    const total = (await Promise.all(clicks.map((count) => count()))).reduce((sum, one) => sum + one, 0);
    expect(total).toBeLessThanOrEqual(5);
  }, 90_000);

  test('different digits pair nobody', async () => {
    await using app = await AppWorld.create();
    const [anna, bob] = [await app.open('anna'), await app.open('bob')];
    await bob.page.getByRole('button', { name: 'Pair a device' }).first().click();
    // Some press twice, as on a desktop: the second press must not close what the first one opened.
    await tileOf(anna, 'bob').dblclick();
    await anna.page.getByRole('button', { name: 'Different' }).click();
    await bob.page.getByText('Pairing stopped. Nothing was shared.').first().waitFor();
    const peers = await eventually('the list of peers', async () => (await anna.device.run(['peers'])).lines);
    expect(peers.filter((line) => line['paired'] === true)).toEqual([]);

    // Who is not paired sees this device only if everyone may.
    await bob.page.keyboard.press('Escape');
    await bob.page.getByText('Asks before it receives').waitFor();
    await bob.page.getByText(/^Inbox: .+ free$/).waitFor();
    await anna.page.keyboard.press('Escape');
    await bob.page.getByRole('button', { name: /Visible to$/ }).click();
    await bob.page.getByRole('option', { name: 'Nobody' }).click();
    await bob.page.getByText('Visible to nobody').waitFor();
    await tileOf(anna, 'bob').waitFor({ state: 'detached' });
    await bob.page.getByRole('button', { name: /Visible to$/ }).click();
    await bob.page.getByRole('option', { name: 'Everyone on this network' }).click();
    await tileOf(anna, 'bob').waitFor();
  }, 90_000);
});
