import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { compareTrees } from '../../../tools/compare-trees.ts';
import { createSmallFiles } from '../../../tools/trees/small-files.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { TwoEnds } from './testing/two-ends.ts';

// More than the pages that are asked for at once, on any file system: what is shown here is who asks for the next.
vi.mock('./pending-limit.ts', () => ({ MAX_PENDING_FILES: 100 }));
vi.mock('../disk/clone.ts', async (original) => ({
  ...(await original<typeof import('../disk/clone.ts')>()),
  cloneWhole: (from: number, to: number) => {
    copyFileSync(`/proc/self/fd/${from}`, `/proc/self/fd/${to}`);
    return true;
  },
}));

it.runIf(process.platform === 'linux')(
  'more files than may wait are all cloned, though nothing is fetched meanwhile',
  { timeout: 60_000 },
  async () => {
    const folder = makeTempFolder();
    const source = join(folder, 'many');
    createSmallFiles(source, { files: 4_500, medianBytes: 10 });
    const ends = await TwoEnds.start();
    const result = await ends.start([source], join(folder, 'into'), { isWithin: true }).result;
    expect(result).toMatchObject({ state: 'done', files: 4_500, problemCount: 0 });
    expect(result.clonedBytes).toBe(result.bytes);
    expect((await compareTrees(source, join(folder, 'into', 'many'))).differences).toEqual([]);
  },
);
