import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSmallFiles } from '../../tools/trees/small-files.ts';
import { toRun } from '../device.ts';
import { eventually } from '../eventually.ts';
import { describeIfPossible } from '../needs.ts';
import { AppWorld, keepShot, rowOf } from './app-world.ts';
import { recordTasks } from './page-tasks.ts';
import { type Seen, startWatching } from './page-watch.ts';

/** Limited, so that the page is measured and not how two engines and a browser share two cores. */
const LIMIT = '50MB/s';
const LARGE_FILES = 4;
const LARGE_BYTES = 150_000_000;
const SMALL_FILES = 5_000;
const WATCH_MS = 10_000;
const LONG_TASK_MS = 50;

function isMoving({ values }: Seen['bars'][number]): boolean {
  return new Set(values).size > 5;
}

async function createHeavy(path: string): Promise<string> {
  await mkdir(path);
  createSmallFiles(join(path, 'many'), { files: SMALL_FILES });
  const content = Buffer.alloc(LARGE_BYTES, 'frame of a film');
  for (let index = 0; index < LARGE_FILES; index += 1) {
    await writeFile(join(path, `film-${index}.mov`), content);
  }
  return path;
}

describeIfPossible('a page that is calm while it works', () => {
  test('nothing jumps, no task is long, no bar falls while 5,000 files and 600 MB arrive', async () => {
    await using app = await AppWorld.create();
    const [bob, anna] = await Promise.all([
      app.open('bob', { flags: ['--accept', 'paired'] }),
      app.serve('anna', []),
    ]);
    await anna.pairWith(bob.device);
    const path = await createHeavy(app.world.path('Heavy'));
    const sending = anna.start(['send', path, '--to', 'bob', '--limit', LIMIT, '--json']);
    const row = rowOf(bob, 'Heavy');
    await row.waitFor();
    // The detail too: it has the charts and the large digits.
    await row.click();
    await bob.page.getByRole('region', { name: 'Details' }).getByRole('heading', { name: 'Heavy' }).waitFor();

    const tasks = await recordTasks(bob.page);
    const watch = await startWatching(bob.page);
    const seen = await eventually(
      'ten seconds of the copy',
      async () => {
        const now = await watch.read();
        // On a busy machine it may take a while until enough of it has moved to see bars at work.
        return now.watchedMs >= WATCH_MS && now.bars.some(isMoving) ? now : null;
      },
      WATCH_MS * 6,
    );
    await keepShot(bob.page, 'calm');
    const long = await tasks.stop(LONG_TASK_MS);
    const spans = long.map(({ ms, ownMs }) => `${Math.round(ms)} (its own ${Math.round(ownMs)})`);
    console.info(
      `in ${Math.round(seen.watchedMs)} ms: layout shift ${seen.shift}; tasks over ${LONG_TASK_MS} ms: ` +
        `${spans.length === 0 ? 'none' : spans.join(', ')}, as the page itself saw ${seen.longTasks}; ` +
        `${seen.looks} looks at ${seen.bars.length} bars and ${seen.slots.length} slots of digits`,
    );
    expect(seen.shifts).toEqual([]);
    expect(long.filter(({ ownMs }) => ownMs > LONG_TASK_MS)).toEqual([]);
    for (const bar of seen.bars) {
      expect(bar.values).toEqual(bar.values.toSorted((one, other) => one - other));
    }
    expect(seen.slots.filter(({ places }) => places.length > 1)).toEqual([]);
    expect(seen.overflows).toEqual([]);

    expect((await toRun(sending)).result).toMatchObject({ state: 'done' });
    await row.getByText('Done, verified').waitFor();
    expect((await watch.read()).shifts).toEqual([]);
  }, 120_000);
});
