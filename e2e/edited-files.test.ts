import { open, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBigFile } from '../tools/trees/big-file.ts';
import { type Device, World } from './device.ts';

const MB = 1_000_000;
const BYTES = 12 * MB;

let world: World;
let anna: Device;
let bob: Device;
let file: string;
beforeAll(async () => {
  world = await World.create();
  [anna, bob] = await world.servingPair();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** Changes some bytes of the file, and its time. */
async function edit(seconds: number): Promise<void> {
  await using handle = await open(file, 'r+');
  for (const at of [1, 5 * MB, 9 * MB]) await handle.write(Buffer.from(`edited ${seconds}`), 0, null, at);
  await utimes(file, seconds, seconds);
}

async function expectSent(flags: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const run = await anna.run(['send', file, '--to', 'bob', '--on-conflict', 'replace', ...flags]);
  expect(run).toMatchObject({ code: 0, result: { files: 1, bytes: BYTES } });
  expect((await readFile(join(bob.inbox, 'file'))).equals(await readFile(file))).toBe(true);
  return run.result ?? {};
}

it('sends of a file that it has sent before only what was edited, and all of it when told so', async () => {
  file = world.path('file');
  createBigFile(file, BYTES);
  expect((await expectSent([]))['wireBytes']).toBeGreaterThan(BYTES);

  await edit(1_700_000_000);
  const edited = await expectSent([]);
  expect(edited['wireBytes']).toBeLessThan(200_000);
  expect(edited['reusedBytes']).toBeGreaterThan(BYTES - 20_000);

  await edit(1_700_000_001);
  const whole = await expectSent(['--no-delta']);
  expect(whole['wireBytes']).toBeGreaterThan(BYTES);
  expect(whole['reusedBytes']).toBe(0);
});

it('tells a device that is not its owner’s nothing of a file that came from elsewhere', async () => {
  createBigFile(join(bob.inbox, 'other'), BYTES, 'other');
  const other = world.path('other');
  createBigFile(other, BYTES, 'other');
  await using handle = await open(other, 'r+');
  await handle.write(Buffer.from('edited'), 0, null, 5);
  const run = await anna.run(['send', other, '--to', 'bob', '--on-conflict', 'replace']);
  expect(run.code).toBe(0);
  expect(run.result?.['wireBytes']).toBeGreaterThan(BYTES);

  // The same when the devices are one person's: now it may know.
  expect((await bob.run(['trust', 'anna', 'mine'])).code).toBe(0);
  await handle.write(Buffer.from('edited again'), 0, null, 5 * MB);
  const mine = await anna.run(['send', other, '--to', 'bob', '--on-conflict', 'replace']);
  expect(mine.code).toBe(0);
  expect(mine.result?.['wireBytes']).toBeLessThan(200_000);
});
