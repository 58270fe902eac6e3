import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from './device.ts';
import { eventually } from './eventually.ts';
import { type Three, three } from './three-devices.ts';

const MB = 1_000_000;

/** What is to be there afterwards. */
function patched(old: Buffer | null, source: Buffer, offset: number, length: number, to: number): Buffer {
  const whole = Buffer.alloc(Math.max(old?.length ?? 0, to + length));
  old?.copy(whole);
  source.copy(whole, to, offset, offset + length);
  return whole;
}

let world: World;
let all: Three;
beforeAll(async () => {
  world = await World.create();
  all = await three(world);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe('a piece of a file', () => {
  it('goes in all five directions, beside the target or into it, and the rest stays', async () => {
    const { cara, from, to } = all;
    const [content, old] = [randomBytes(3 * MB), randomBytes(2 * MB)];
    const here = world.path('here');
    await Promise.all([here, join(from, 'film')].map((path) => writeFile(path, content)));
    const directions = [
      [here, world.path('target'), world.path('target')],
      [here, 'bert:box/target', join(to, 'target')],
      ['anna:box/film', world.path('target'), world.path('target')],
      ['anna:box/film', 'bert:box/target', join(to, 'target')],
      ['anna:box/film', 'anna:box/target', join(from, 'target')],
    ] as const;
    for (const [source, destination, target] of directions) {
      for (const flags of [[], ['--in-place']]) {
        await writeFile(target, old);
        const range = ['--range', '1000001:1500000:1234567'];
        const run = await cara.run(['cp', source, destination, ...range, ...flags, '--verify']);
        expect([run.code, run.stderr, source, destination]).toEqual([0, '', source, destination]);
        const atomic = flags.length === 0;
        expect(run.result).toMatchObject({ files: 1, bytes: 1_500_000, atomic, verified: true });
        const whole = patched(old, content, 1_000_001, 1_500_000, 1_234_567);
        expect((await readFile(target)).equals(whole)).toBe(true);
      }
    }
    expect(await readdir(to)).toEqual(['target']);
  });

  it('to where nothing is makes a hole before it; without a place of its own it goes where it was', async () => {
    const { cara, from, to } = all;
    const content = randomBytes(MB);
    await writeFile(join(from, 'film'), content);
    const fetch = async (range: string, target: string) => {
      const run = await cara.run(['cp', 'anna:box/film', `bert:box/${target}`, '--range', range]);
      expect(run).toMatchObject({ code: 0, result: { files: 1, atomic: true } });
      return await readFile(join(to, target));
    };
    const far = await fetch('7:1000:50000000', 'far');
    expect(far.equals(patched(null, content, 7, 1000, 50 * MB))).toBe(true);
    expect((await stat(join(to, 'far'))).blocks * 512).toBeLessThan(MB);
    expect((await fetch('500:1000', 'same')).equals(patched(null, content, 500, 1000, 500))).toBe(true);
    await writeFile(join(to, 'empty'), '');
    expect((await fetch('500:1000:0', 'empty')).equals(content.subarray(500, 1500))).toBe(true);
    // into a folder it keeps its name
    await cara.run(['cp', 'anna:box/film', 'bert:box/', '--range', '0:10']);
    expect((await readFile(join(to, 'film'))).equals(content.subarray(0, 10))).toBe(true);
  });

  it('is refused where it cannot be, in words, before anything is written', async () => {
    const { cara, from, to } = all;
    await writeFile(join(from, 'film'), 'short');
    await writeFile(join(to, 'target'), 'old');
    const order = (...args: string[]) => cara.run(['cp', ...args]);
    const wrong = async (...args: string[]) => {
      const run = await order(...args);
      expect([run.code, run.error, args]).toEqual([2, 'usage', args]);
      return run.stdout;
    };
    const whole = ['anna:box/film', 'bert:box/target'];
    expect(await wrong(...whole, '--range', '2:4')).toMatch(/ends at 6 and the file at 5: anna/);
    expect(await wrong(join(from, 'film'), 'bert:box/target', '--range', '6:1')).toMatch(/the file at 5/);
    expect(await wrong(join(from, 'film'), world.path('x'), '--range', '0:6')).toMatch(/the file at 5/);
    expect(await wrong('anna:box/film', 'anna:box/x', '--range', '0:6')).toMatch(/the file at 5/);
    expect(await wrong('anna:box', 'bert:box/target', '--range', '0:1')).toMatch(/of one file/);
    await wrong('anna:box/film', 'anna:box/film', 'bert:box/', '--range', '0:1');
    await wrong(...whole, '--range', '0:0');
    await wrong(...whole, '--range', '0:1', '--on-conflict', 'skip');
    await wrong(...whole, '--in-place');
    expect(await cara.run(['send', from, '--to', 'anna', '--range', '0:1'])).toMatchObject({ code: 2 });
    expect(await readFile(join(to, 'target'), 'utf8')).toBe('old');
    expect((await readdir(to)).sort()).toEqual(['empty', 'far', 'film', 'same', 'target']);
  });

  it('outlives a kill of its destination in the middle, beside the target and in place', async () => {
    await using killed = await World.create();
    const { bert, cara, to, from } = await three(killed);
    const [content, old] = [randomBytes(110 * MB), randomBytes(10 * MB)];
    await writeFile(join(from, 'film'), content);
    const whole = patched(old, content, 1_000_003, 100 * MB, 2_000_001);
    const range = ['--range', '1000003:100000000:2000001', '--limit', '20MB/s', '--background'];
    const order = async (name: string, ...flags: string[]) => {
      await writeFile(join(to, name), old);
      const run = await cara.run(['cp', 'anna:box/film', `bert:box/${name}`, ...range, ...flags]);
      return String(run.lines[0]?.['job']);
    };
    const jobs = await Promise.all([order('beside'), order('inside', '--in-place')]);
    // Looked at on disk: a command that asks may take longer than the copy.
    await eventually('much of both is there', async () => {
      const sizes = (await readdir(to)).map(async (name) => (await stat(join(to, name))).size);
      return (await Promise.all(sizes)).filter((bytes) => bytes > 45 * MB).length === 2;
    });
    await bert.served.stop('SIGKILL');
    const [beside, inside] = await Promise.all(['beside', 'inside'].map((name) => readFile(join(to, name))));
    expect(beside?.equals(old)).toBe(true);
    expect(inside?.subarray(0, 2_000_001).equals(old.subarray(0, 2_000_001))).toBe(true);
    expect(inside?.equals(whole)).toBe(false);
    await bert.serve(['--port', String(bert.port), '--share', `box=${to}:rw`]);
    for (const [index, job] of jobs.entries()) {
      const end = await cara.run(['wait', job]);
      expect(end).toMatchObject({ code: 0, result: { state: 'done', files: 1, atomic: index === 0 } });
      // what was on disk was not sent again
      expect(Number(end.result?.['wireBytes'])).toBeLessThan(170 * MB);
    }
    for (const name of ['beside', 'inside']) {
      expect((await readFile(join(to, name))).equals(whole)).toBe(true);
    }
    await eventually('no part is left', async () => (await readdir(to)).sort().join() === 'beside,inside');
  });
});
