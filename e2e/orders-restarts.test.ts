import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { type Device, type Line, World } from './device.ts';
import { eventually } from './eventually.ts';
import { expectSame } from './sample-tree.ts';
import { statusOf, three } from './three-devices.ts';

/** Files of such a size are kept whole when a destination is killed. */
const FILES = { files: 80, medianBytes: 400_000 };
const LIMIT = ['--limit', '4MB/s'];

it('an order is the same job to all three, whoever is killed before, while and after it moves', async () => {
  await using world = await World.create();
  const { cara, anna, bert, from, to } = await three(world);
  await mkdir(join(from, 'tree'));
  createSmallFiles(join(from, 'tree'), FILES);
  const flags = new Map([
    [anna, ['--share', `box=${from}:rw`]],
    [bert, ['--share', `box=${to}:rw`]],
  ]);
  const all = [cara, anna, bert];
  const restart = async (device: Device) => {
    const { port } = device;
    await device.served.stop('SIGKILL');
    await device.serve(['--port', String(port), ...(flags.get(device) ?? [])]);
  };
  const everywhere = async (what: string, holds: (status: Line) => boolean) =>
    await eventually(
      what,
      async () => {
        const told = await Promise.all(all.map((device) => statusOf(device, job)));
        return told.every(holds);
      },
      60_000,
    );

  const ordered = await cara.run(['cp', 'anna:box/tree', 'bert:box/', '--background', ...LIMIT]);
  const job = String(ordered.lines[0]?.['job']);
  expect((await cara.run(['pause', job])).code).toBe(0);
  const isPaused = (status: Line) => status['waitingFor'] === 'paused';
  await everywhere('it rests', isPaused);
  for (const device of all) {
    await restart(device);
    await everywhere(`it rests after a restart of ${device.name}`, isPaused);
  }

  // Resumed by who may not have heard of it before its own restart.
  expect((await anna.run(['resume', job])).code).toBe(0);
  await everywhere('it moves', (status) => Number(status['bytes']) > 4_000_000);
  await Promise.all(all.map(restart));
  const ends = await Promise.all(all.map((device) => device.run(['wait', job])));
  for (const end of ends) {
    expect(end).toMatchObject({ code: 0, result: { job, state: 'done', files: FILES.files, problems: [] } });
  }
  await expectSame(join(from, 'tree'), join(to, 'tree'));

  for (const device of all) {
    await restart(device);
    const told = await Promise.all(all.map((other) => other.run(['status', job])));
    for (const { result } of told) expect(result).toMatchObject({ state: 'done', files: FILES.files });
  }
  // and nothing of it is done twice
  await expectSame(join(from, 'tree'), join(to, 'tree'));
});
