import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Device, World } from './device.ts';

let world: World;
let anna: Device;
let bob: Device;
beforeAll(async () => {
  world = await World.create();
  [anna, bob] = await world.servingPair();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

it('measures from memory to memory, more and more streams, and names the choice', async () => {
  const run = await anna.run(['bench', 'bob', '--seconds', '0.2']);
  expect(run).toMatchObject({ code: 0, error: null });
  const [line] = run.lines;
  const streams = line?.['streams'] as { n: number; bytesPerSecond: number }[];
  expect(streams.slice(0, 3).map(({ n }) => n)).toEqual([1, 2, 3]);
  for (const { bytesPerSecond } of streams) expect(bytesPerSecond).toBeGreaterThan(1e6);
  const most = Math.max(...streams.map(({ bytesPerSecond }) => bytesPerSecond));
  const best = streams.find(({ bytesPerSecond }) => bytesPerSecond >= most * 0.95);
  expect(line).toMatchObject({ kind: 'bench', best: best?.n, bytesPerSecond: best?.bytesPerSecond });
});

it('says so when the other device is not known', async () => {
  expect(await anna.run(['bench', 'nobody'])).toMatchObject({ code: 4, error: 'unknown-peer' });
});

it('ends with Ctrl-C, and another test may begin at once', async () => {
  const first = bob.start(['bench', 'anna', '--seconds', '5', '--json']);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  process.kill(first.pid, 'SIGINT');
  expect((await first.ended).code).toBe(130);
  expect(await bob.run(['bench', 'anna', '--seconds', '0.1'])).toMatchObject({ code: 0 });
});
