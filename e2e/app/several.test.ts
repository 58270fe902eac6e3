import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeIfPossible } from '../needs.ts';
import { createSample } from '../sample-tree.ts';
import { AppWorld, keepShot, rowOf, tileOf } from './app-world.ts';
import { dropFiles } from './browser.ts';
import { compareContent } from './compare-content.ts';

describeIfPossible('several devices in the browser', () => {
  test('a folder that is dropped once goes to two devices: one card, a row each', async () => {
    await using app = await AppWorld.create(3);
    const [anna, bob, carl] = await Promise.all([
      app.open('anna'),
      app.serve('bob', ['--accept', 'paired']),
      app.serve('carl', ['--accept', 'paired']),
    ]);
    for (const device of [bob, carl]) {
      await anna.device.pairWith(device);
      await tileOf(anna, new RegExp(`${device.name}, .*, Paired`)).waitFor();
    }
    const path = await createSample(join(app.world.folder, 'Photos'), 3_000_000);

    await dropFiles(anna.page, anna.page.getByText('Drop files here or on a device.'), [path]);
    const dialog = anna.page.getByRole('dialog', { name: 'Send 1 item to…' });
    await dialog.getByText('2 files, 3.00 MB').waitFor();
    await dialog.getByRole('row', { name: 'bob' }).click();
    await dialog.getByRole('row', { name: 'carl' }).click();
    await keepShot(anna.page, 'choose-devices');
    await dialog.getByRole('button', { name: 'Send to 2 devices' }).click();

    const card = rowOf(anna, 'Photos').filter({ hasText: 'to 2 devices' });
    await card.getByText('2 of 2 done').waitFor();
    const done = anna.page.getByRole('grid', { name: 'Transfers' }).getByText('Done, verified');
    await done.nth(1).waitFor();
    expect(await done.count()).toBe(2);
    await keepShot(anna.page, 'two-devices');
    for (const { inbox } of [bob, carl])
      expect(await compareContent(path, join(inbox, 'Photos'))).toEqual([]);

    await card.getByRole('button', { name: 'Hide devices' }).click();
    await done.first().waitFor({ state: 'detached' });
    await card.getByRole('button', { name: 'Show devices' }).click();
    await done.nth(1).waitFor();
  }, 90_000);
});
