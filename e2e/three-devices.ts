import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Device, Line, World } from './device.ts';
import { eventually } from './eventually.ts';

/** A copy that takes some seconds, so that something can happen meanwhile. */
export const SLOW = ['--limit', '2MB/s'];
export const SLOW_BYTES = 8_000_000;

export interface Three {
  /** Who orders; then the two that share a folder each. */
  readonly cara: Device;
  readonly anna: Device;
  readonly bert: Device;
  /** The shares of those two, as paths. */
  readonly from: string;
  readonly to: string;
}

/** Three devices; anna and bert know only cara, who is theirs. */
export async function three(world: World, mode = 'rw'): Promise<Three> {
  const [from, to] = [world.path('anna-box'), world.path('bert-box')];
  await Promise.all([mkdir(from), mkdir(to)]);
  const [cara, anna, bert] = await Promise.all([
    world.serving('cara'),
    world.serving('anna', ['--share', `box=${from}:rw`]),
    world.serving('bert', ['--share', `box=${to}:${mode}`]),
  ]);
  for (const device of [anna, bert]) {
    await cara.pairWith(device);
    expect((await device.run(['trust', 'cara', 'mine'])).code).toBe(0);
  }
  return { cara, anna, bert, from, to };
}

/** A folder whose content no compression makes shorter. */
export async function createSlow(path: string, bytes = SLOW_BYTES): Promise<void> {
  await mkdir(path);
  await writeFile(join(path, 'large.bin'), randomBytes(bytes));
  await writeFile(join(path, 'small.txt'), 'small');
}

/** Orders a slow copy from anna to bert and returns its cookie, once it moves. */
export async function orderSlowly({ cara, from }: Three, bytes?: number): Promise<string> {
  await createSlow(join(from, 'tree'), bytes);
  const run = await cara.run(['cp', 'anna:box/tree', 'bert:box/', '--background', ...SLOW]);
  expect(run).toMatchObject({ code: 0, lines: [{ kind: 'job', role: 'orderer' }] });
  const job = String(run.lines[0]?.['job']);
  await eventually('it moves', async () => Number((await statusOf(cara, job))['bytes']) > 0);
  return job;
}

export async function statusOf(device: Device, job: string): Promise<Line> {
  return (await device.run(['status', job])).lines.at(-1) ?? {};
}
