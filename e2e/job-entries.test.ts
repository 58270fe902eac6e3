import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_COPY_OPTIONS } from '../src/shared/copy-options.ts';
import type { JobEntry } from '../src/shared/job-entry.ts';
import { World } from './device.ts';
import { EngineSide } from './engine-side.ts';

async function everyEntry(side: EngineSide, job: string, limit: number): Promise<readonly JobEntry[]> {
  const found: JobEntry[] = [];
  for (;;) {
    const { entries, total } = await side.call('jobs.entries', { job, offset: found.length, limit });
    found.push(...entries);
    if (entries.length === 0 || found.length >= total) return found;
  }
}

describe('what a job is made of', { timeout: 60_000 }, () => {
  it('is listed at both ends, page by page, with what became of each entry', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair(['--accept', 'paired']);
    using source = await EngineSide.open(anna);
    using destination = await EngineSide.open(bob);
    const tree = world.path('tree');
    await mkdir(join(tree, 'deep', 'er'), { recursive: true });
    for (let index = 0; index < 30; index += 1) await writeFile(join(tree, 'deep', `${index}`), 'ten bytes.');
    await writeFile(join(tree, 'deep', 'er', 'last'), Buffer.alloc(3_000_000, 'x'));
    execFileSync('mkfifo', [join(tree, 'pipe')]);

    const send = async () => {
      const [sent] = await source.call('jobs.send', {
        ...{ paths: [tree], to: ['bob'] },
        options: { ...DEFAULT_COPY_OPTIONS, onConflict: 'keep-both' },
      });
      const job = sent?.job ?? '';
      await source.ended(job);
      await destination.ended(job);
      return job;
    };
    const job = await send();
    const there = await everyEntry(destination, job, 7);
    const states = new Map(there.map((entry) => [entry.path, entry]));
    expect(there).toHaveLength(35);
    expect(states.get('tree/deep/er/last')).toEqual({
      ...{ path: 'tree/deep/er/last', type: 'file', bytes: 3_000_000, state: 'copied', code: null },
    });
    expect(states.get('tree/deep')).toMatchObject({ type: 'folder', state: 'copied' });
    expect(states.get('tree/pipe')).toMatchObject({ state: 'problem', code: 'special-file' });
    expect(await everyEntry(source, job, 1_000)).toEqual(there);

    // Everything is there now, but for one.
    await writeFile(join(tree, 'deep', 'new'), 'new');
    const again = await everyEntry(destination, await send(), 100);
    const kinds = again
      .filter(({ type }) => type === 'file')
      .map(({ path, state }) => [path, state] as const);
    expect(new Map(kinds).get('tree/deep/new')).toBe('copied');
    expect(kinds.filter(([, state]) => state === 'there')).toHaveLength(31);

    await destination.call('jobs.forget', { jobs: [job] });
    await expect(destination.call('jobs.entries', { job, offset: 0, limit: 1 })).rejects.toMatchObject({
      code: 'unknown-job',
    });
  });
});
