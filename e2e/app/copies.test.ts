import { cp, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createSmallFiles } from '../../tools/trees/small-files.ts';
import { describeIfPossible } from '../needs.ts';
import { createSample } from '../sample-tree.ts';
import { type AppDevice, AppWorld, keepShot, limitSpeed, requestOn, rowOf, tileOf } from './app-world.ts';
import { dropFiles, openPage } from './browser.ts';
import { compareContent } from './compare-content.ts';

/** Large enough that there is time to press something while it moves under `limit`. */
const SLOW_BYTES = 60_000_000;

describeIfPossible('copies in the browser', () => {
  let app: AppWorld;
  let anna: AppDevice;
  let bob: AppDevice;

  beforeAll(async () => {
    app = await AppWorld.create();
    [anna, bob] = await app.openPair();
    await limitSpeed(bob);
  }, 60_000);

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await keepShot(anna.page, `failed-${task.name}-anna`);
    await keepShot(bob.page, `failed-${task.name}-bob`);
  });

  async function offer(name: string, bytes?: number): Promise<string> {
    const path = await createSample(join(app.world.folder, name), bytes);
    await dropFiles(anna.page, tileOf(anna, 'bob'), [path]);
    await requestOn(bob, name).waitFor();
    return path;
  }

  async function accept(name: string): Promise<void> {
    await requestOn(bob, name).getByRole('button', { name: 'Accept' }).click();
  }

  test('a request can be declined, and both screens say so', async () => {
    await offer('Unwanted');
    await requestOn(bob, 'Unwanted').getByRole('button', { name: 'Decline' }).click();
    await rowOf(anna, 'Unwanted').getByText('bob declined').waitFor();
    await requestOn(bob, 'Unwanted').waitFor({ state: 'detached' });
  });

  test('pause and resume work from either side', async () => {
    const path = await offer('Paused', SLOW_BYTES);
    await accept('Paused');
    await rowOf(anna, 'Paused').getByRole('button', { name: 'Pause', exact: true }).click();
    await rowOf(anna, 'Paused').getByText('Paused by you').waitFor();
    await rowOf(bob, 'Paused').getByText('Paused on anna').waitFor();
    await rowOf(bob, 'Paused').getByRole('button', { name: 'Resume', exact: true }).click();
    await rowOf(anna, 'Paused').getByText('Done, verified').waitFor({ timeout: 20_000 });
    expect(await compareContent(path, join(bob.device.inbox, 'Paused'))).toEqual([]);
  });

  test('cancelling asks what to do with what has arrived', async () => {
    await offer('Stopped', SLOW_BYTES);
    await accept('Stopped');
    const row = rowOf(bob, 'Stopped');
    await row.getByRole('button', { name: /^More/ }).click();
    await bob.page.getByRole('menuitem', { name: 'Cancel…' }).click();
    await keepShot(bob.page, 'cancel');
    await bob.page.getByRole('button', { name: 'Remove it' }).click();
    await row.getByText(/Cancelled/).waitFor();
    await rowOf(anna, 'Stopped')
      .getByText(/Cancelled/)
      .waitFor();
  });

  test('two at once both arrive', async () => {
    const paths = [await offer('First', 8_000_000), await offer('Second', 8_000_000)];
    await accept('First');
    await accept('Second');
    for (const [index, name] of ['First', 'Second'].entries()) {
      await rowOf(bob, name).getByText('Done, verified').waitFor({ timeout: 20_000 });
      expect(await compareContent(paths[index] ?? '', join(bob.device.inbox, name))).toEqual([]);
    }
  });

  test('what differs is part of the request where it is known by then', async () => {
    const target = join(bob.device.inbox, 'Known');
    await mkdir(target);
    await writeFile(join(target, 'small.txt'), 'mine');
    await offer('Known');
    const request = requestOn(bob, 'Known');
    await request.getByRole('button', { name: 'Details' }).click();
    await request.getByText('1 differs:').waitFor();
    expect(await request.getByRole('radio', { name: 'Keep both' }).isChecked()).toBe(true);
    await keepShot(bob.page, 'request-with-clash');
    await accept('Known');
    await rowOf(bob, 'Known').getByText('Done, verified').waitFor();
    expect(await readFile(join(target, 'small.txt'), 'utf8')).toBe('mine');
    expect(await readFile(join(target, 'small (2).txt'), 'utf8')).toContain('content of');
  });

  test('what differs later is asked about once, and keeping both is first', async () => {
    const path = await createSample(join(app.world.folder, 'Later'));
    const target = join(bob.device.inbox, 'Later');
    await cp(path, target, { recursive: true });
    const longAgo = new Date('2020-02-03T04:05:06Z');
    for (const folder of [path, target]) {
      for (const name of ['small.txt', 'large.bin']) await utimes(join(folder, name), longAgo, longAgo);
    }
    await dropFiles(anna.page, tileOf(anna, 'bob'), [path]);
    const request = requestOn(bob, 'Later');
    await request.getByRole('button', { name: 'Details' }).click();
    await request.getByText('2 identical files stay').waitFor();
    await writeFile(join(target, 'small.txt'), 'mine');
    await accept('Later');

    const row = rowOf(bob, 'Later');
    await row.getByText(/1 file differs from what is there/).waitFor();
    await row.getByRole('button', { name: 'Answer' }).click();
    const dialog = bob.page.getByRole('dialog', { name: /1 file differs/ });
    const answers = dialog.getByRole('radio');
    expect(await answers.evaluateAll((each) => each.map((one) => one.getAttribute('value')))).toEqual([
      'keep-both',
      'replace',
      'newer',
      'skip',
    ]);
    expect(await answers.first().isChecked()).toBe(true);
    await dialog.getByRole('button', { name: 'Choose for each file' }).waitFor();
    await keepShot(bob.page, 'conflict');
    await dialog.getByRole('button', { name: 'Keep both' }).click();
    await row.getByText('Done, verified').waitFor();
    expect(await readFile(join(target, 'small.txt'), 'utf8')).toBe('mine');
    expect(await readFile(join(target, 'small (2).txt'), 'utf8')).toContain('content of');
  });

  test('5,000 files arrive whole', async () => {
    const path = join(app.world.folder, 'Many');
    createSmallFiles(path, { files: 5_000 });
    await dropFiles(anna.page, tileOf(anna, 'bob'), [path]);
    await requestOn(bob, 'Many').waitFor();
    await accept('Many');
    await rowOf(bob, 'Many').getByText('Done, verified').waitFor({ timeout: 60_000 });
    expect(await compareContent(path, join(bob.device.inbox, 'Many'))).toEqual([]);
  }, 90_000);

  test('a list of the files with their hashes can be saved, which is whole for 5,000', async () => {
    const row = rowOf(bob, 'Many');
    await row.getByRole('button', { name: /^More/ }).click();
    const saved = bob.page.waitForEvent('download');
    await bob.page.getByRole('menuitem', { name: 'Save list of hashes' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('Many.manifest.txt');
    const text = await readFile(await download.path(), 'utf8');
    const paths = [...text.matchAll(/^b3 [0-9a-f]{64} \d+ \S+ {2}Many\/(.+)$/gm)].map(([, path]) => path);
    expect(new Set(paths).size).toBe(5_000);
  });

  test('what is finished is still in the list after a restart', async () => {
    await bob.device.served.stop();
    const ready = await bob.device.serve(['--web', '127.0.0.1:0', '--accept', 'ask']);
    const again = { ...bob, page: await openPage(bob.context, String(ready['web'])) };
    await again.page.getByRole('button', { name: /^Finished/ }).click();
    await rowOf(again, 'First').getByText('Done, verified').waitFor();
    await rowOf(again, 'Stopped').getByText('Cancelled by you').waitFor();
    await keepShot(again.page, 'after-restart');
  });
});
