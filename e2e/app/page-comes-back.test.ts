import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeIfPossible } from '../needs.ts';
import { createSample } from '../sample-tree.ts';
import { AppWorld, limitSpeed, requestOn, rowOf, tileOf } from './app-world.ts';
import { dropFiles } from './browser.ts';
import { compareContent } from './compare-content.ts';

/** Takes 3 s under the limit of 10 MB/s. */
const BYTES = 30_000_000;

/** Notes what leaves by the sockets that files are read over, and ends the first one after some MB, from outside. */
const BREAK_FIRST_SOCKET = `
  window.sent = [];
  window.WebSocket = class extends WebSocket {
    constructor(url) {
      super(url);
      this.number = String(url).includes('/page-files') ? window.sent.push(0) - 1 : -1;
    }
    send(data) {
      if (this.number >= 0) window.sent[this.number] += data.byteLength;
      if (this.number === 0 && window.sent[0] > 5e6) this.close();
      else super.send(data);
    }
  };
`;

describeIfPossible('a page whose socket breaks', () => {
  test('goes on by itself, and sends nothing twice that has arrived', async () => {
    await using app = await AppWorld.create();
    const [anna, bob] = await app.openPair();
    await limitSpeed(bob);
    await anna.page.evaluate(BREAK_FIRST_SOCKET);
    const path = await createSample(join(app.world.folder, 'Broken'), BYTES);
    await dropFiles(anna.page, tileOf(anna, 'bob'), [path]);
    await requestOn(bob, 'Broken').getByRole('button', { name: 'Accept' }).click();
    await rowOf(bob, 'Broken').getByText('Done, verified').waitFor({ timeout: 40_000 });
    expect(await compareContent(path, join(bob.device.inbox, 'Broken'))).toEqual([]);
    const sent = await anna.page.evaluate<number[]>('window.sent');
    expect(sent).toHaveLength(2);
    // What was on its way when it broke is asked for again: at most 16 MiB.
    expect(sent[1]).toBeLessThan(BYTES);
    expect(await rowOf(anna, 'Broken').count()).toBe(1);
  }, 120_000);
});
