import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from '../program.ts';
import { FaultWorld, type FaultWorldOptions } from './fault-world.ts';

/** A tmpfs with these mount options. */
export const tmpfs = (options: string) => async (place: string) => {
  await runToEnd('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', place]);
};

function inboxAt(place: string): FaultWorldOptions {
  const inbox = join(place, 'inbox');
  mkdirSync(inbox, { recursive: true });
  return { bob: { inbox } };
}

/** Something of a world, bob's inbox by default, on a file system that is mounted before anybody runs; gone with the row. */
export async function onMount(
  mount: (place: string) => Promise<void>,
  work: (world: FaultWorld, place: string) => Promise<void>,
  optionsAt: (place: string) => FaultWorldOptions = inboxAt,
): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'ferry-disk-'));
  await mount(place);
  // Checked here: afterwards the file system is gone.
  const world = await FaultWorld.create(optionsAt(place));
  try {
    await work(world, place);
    await world.check();
  } finally {
    await world.close();
    await runToEnd('umount', ['-l', place]).catch(() => undefined);
    rmSync(place, { recursive: true, force: true });
  }
}
