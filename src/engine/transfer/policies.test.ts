import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import type { JobResult } from '../../shared/job.ts';
import { makeTempFolder, namesBelow } from '../disk/testing/temp-folder.ts';
import { type PullWishes, TwoEnds } from './testing/two-ends.ts';

const MIB = 1 << 20;
const OLD_S = 1_000_000_000;
const NEW_S = 1_500_000_000;

interface Clash {
  readonly source: string;
  readonly into: string;
  /** What is at `tree/NAME` of the destination. */
  readonly at: (name: string) => string;
  pull(wishes: PullWishes): Promise<JobResult>;
}

function write(path: string, content: string | Buffer, seconds: number): void {
  writeFileSync(path, content);
  utimesSync(path, seconds, seconds);
}

/**
 * A folder that merges with one that is there: a file that is identical, one that is older there, one that
 * is newer there, one that is missing, and a large one that differs.
 */
async function makeClash(): Promise<Clash> {
  const folder = makeTempFolder();
  const [source, into] = [join(folder, 'tree'), join(folder, 'into')];
  const there = join(into, 'tree');
  mkdirSync(join(source, 'below'), { recursive: true });
  mkdirSync(there, { recursive: true });
  for (const path of [source, there]) write(join(path, 'same'), 'same', OLD_S);
  write(join(source, 'older.txt'), 'new content', NEW_S);
  write(join(there, 'older.txt'), 'old content', OLD_S);
  write(join(source, 'newer.txt'), 'content', OLD_S);
  write(join(there, 'newer.txt'), 'edited there', NEW_S);
  write(join(source, 'large'), Buffer.alloc(2 * MIB, 1), NEW_S);
  write(join(there, 'large'), Buffer.alloc(2 * MIB, 2), OLD_S);
  write(join(source, 'below', 'missing'), 'only at the source', OLD_S);
  const ends = await TwoEnds.start();
  return {
    source,
    into,
    at: (name) => join(there, name),
    pull: (wishes) => ends.pull([source], into, wishes),
  };
}

function problemsOf(result: JobResult): string[] {
  return result.problems.map(({ path, code }) => `${path} ${code}`).sort();
}

const CLASHING = ['tree/large exists', 'tree/newer.txt exists', 'tree/older.txt exists'];

describe('a target that differs', () => {
  test('fail: nothing moves, every clash is listed', async () => {
    const { into, at, pull } = await makeClash();
    const before = namesBelow(into);
    const result = await pull({ onConflict: 'fail' });
    expect(result).toMatchObject({ state: 'failed', failure: { code: 'exists' }, files: 0, verified: false });
    expect(problemsOf(result)).toEqual(CLASHING);
    expect(namesBelow(into)).toEqual(before);
    expect(readFileSync(at('older.txt'), 'utf8')).toBe('old content');
  });

  test('skip: left alone and listed, the rest arrives', async () => {
    const { at, pull } = await makeClash();
    const result = await pull({ onConflict: 'skip' });
    expect(result).toMatchObject({ state: 'partial', files: 2, unchanged: 1 });
    expect(problemsOf(result)).toEqual(CLASHING);
    expect(readFileSync(at('older.txt'), 'utf8')).toBe('old content');
    expect(readFileSync(at('below/missing'), 'utf8')).toBe('only at the source');
  });

  test('replace: the source wins', async () => {
    const { source, into, pull } = await makeClash();
    const result = await pull({ onConflict: 'replace' });
    expect(result).toMatchObject({ state: 'done', files: 5, unchanged: 1, problems: [] });
    expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
  });

  test('replace: the old ones are in the trash where there is one, else the result says that they are gone', async () => {
    const data = makeTempFolder();
    vi.stubEnv('XDG_DATA_HOME', data);
    onTestFinished(() => void vi.unstubAllEnvs());
    const bare = await makeClash();
    expect(await bare.pull({ onConflict: 'replace' })).toMatchObject({ replaced: { trashed: 0, gone: 3 } });
    expect(existsSync(join(data, 'Trash'))).toBe(false);
    for (const name of ['files', 'info']) mkdirSync(join(data, 'Trash', name), { recursive: true });
    const { pull, at } = await makeClash();
    expect(await pull({ onConflict: 'replace' })).toMatchObject({ replaced: { trashed: 3, gone: 0 } });
    expect(readFileSync(join(data, 'Trash/files/older.txt'), 'utf8')).toBe('old content');
    expect(readFileSync(at('older.txt'), 'utf8')).toBe('new content');
    expect(readFileSync(join(data, 'Trash/info/older.txt.trashinfo'), 'utf8')).toContain(
      `Path=${at('older.txt')}\n`,
    );
  });

  test('newer: only what is older there is replaced', async () => {
    const { at, pull } = await makeClash();
    const result = await pull({ onConflict: 'newer' });
    expect(result).toMatchObject({ state: 'partial', files: 4, unchanged: 1 });
    expect(problemsOf(result)).toEqual(['tree/newer.txt exists']);
    expect(readFileSync(at('older.txt'), 'utf8')).toBe('new content');
    expect(readFileSync(at('newer.txt'), 'utf8')).toBe('edited there');
  });

  test('keep-both: the copy gets a name of its own', async () => {
    const { into, at, pull } = await makeClash();
    const result = await pull({ onConflict: 'keep-both' });
    expect(result).toMatchObject({ state: 'done', files: 5, unchanged: 1, problems: [] });
    expect(readFileSync(at('older.txt'), 'utf8')).toBe('old content');
    expect(readFileSync(at('older (2).txt'), 'utf8')).toBe('new content');
    expect(readFileSync(at('newer (2).txt'), 'utf8')).toBe('content');
    expect(readFileSync(at('large (2)')).equals(Buffer.alloc(2 * MIB, 1))).toBe(true);
    expect(namesBelow(into).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('a link where a folder is needed is never followed, whatever the policy', async () => {
    for (const onConflict of ['fail', 'skip', 'replace', 'newer', 'keep-both'] as const) {
      const folder = makeTempFolder();
      const outside = join(folder, 'outside');
      for (const path of ['tree/below', 'outside', 'into/tree'])
        mkdirSync(join(folder, path), { recursive: true });
      writeFileSync(join(folder, 'tree/below/file'), 'content');
      symlinkSync(outside, join(folder, 'into/tree/below'));
      const ends = await TwoEnds.start();
      await ends.pull([join(folder, 'tree')], join(folder, 'into'), { onConflict });
      expect(namesBelow(outside)).toEqual([]);
      expect(lstatSync(join(folder, 'into/tree/below')).isSymbolicLink()).toBe(true);
      expect(existsSync(join(folder, 'into/tree/below (2)/file'))).toBe(onConflict === 'keep-both');
    }
  });
});

describe('with checksums', () => {
  test('same content is unchanged whatever its time, other content of one size is not', async () => {
    const { source, into, at, pull } = await makeClash();
    write(at('large'), Buffer.alloc(2 * MIB, 1), OLD_S);
    write(join(source, 'same'), 'diff', OLD_S);
    const result = await pull({ checksum: true, onConflict: 'replace' });
    // `large` is the same; `same` differs though size and time agree.
    expect(result).toMatchObject({ state: 'done', files: 5, unchanged: 1, problems: [] });
    expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
    expect(result.wireBytes).toBeLessThan(MIB);
  });

  test('fail: other content alone is a clash, and nothing moves', async () => {
    const { source, into, at, pull } = await makeClash();
    write(join(source, 'same'), 'diff', OLD_S);
    const before = namesBelow(into);
    const result = await pull({ checksum: true });
    expect(result).toMatchObject({ state: 'failed', failure: { code: 'exists' } });
    expect(problemsOf(result)).toEqual([...CLASHING, 'tree/same exists']);
    expect(namesBelow(into)).toEqual(before);
    expect(readFileSync(at('same'), 'utf8')).toBe('same');
  });

  test('fail: identical content on several streams, then all that is missing', async () => {
    const { source, at, into, pull } = await makeClash();
    for (const name of ['older.txt', 'newer.txt', 'large'])
      write(at(name), readFileSync(join(source, name)), OLD_S);
    const result = await pull({ checksum: true, streams: 4 });
    expect(result).toMatchObject({ state: 'done', files: 5, unchanged: 4, problems: [] });
    expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
  });
});

describe('a dry run', () => {
  test.each(['fail', 'skip', 'replace', 'keep-both', 'newer'] as const)(
    'under %s moves nothing',
    async (onConflict) => {
      const { into, at, pull } = await makeClash();
      const before = namesBelow(into);
      const times = before.map((name) => lstatSync(join(into, name)).mtimeMs);
      const result = await pull({ dryRun: true, onConflict });
      const failure = onConflict === 'fail' ? { code: 'exists' } : null;
      expect(result).toMatchObject({ verified: false, failure });
      // What it foresees: every file is either copied or told of.
      expect(result.files + result.problemCount).toBe(5);
      expect(result.bytes).toBeGreaterThan(2 * MIB);
      expect(result.wireBytes).toBeLessThan(5_000);
      expect(problemsOf(result)).toEqual(
        { fail: CLASHING, skip: CLASHING, replace: [], 'keep-both': [], newer: ['tree/newer.txt exists'] }[
          onConflict
        ],
      );
      expect(namesBelow(into)).toEqual(before);
      expect(before.map((name) => lstatSync(join(into, name)).mtimeMs)).toEqual(times);
      expect(readFileSync(at('older.txt'), 'utf8')).toBe('old content');
    },
  );
});

describe('limits', () => {
  test.each(['limitBytesPerSecond', 'servedBytesPerSecond'] as const)(
    '%s holds, on several streams, to the end',
    async (whose) => {
      const folder = makeTempFolder();
      mkdirSync(join(folder, 'tree'));
      for (const name of ['a', 'b']) writeFileSync(join(folder, 'tree', name), Buffer.alloc(4 * MIB, name));
      const ends = await TwoEnds.start();
      const startMs = performance.now();
      const result = await ends.pull([join(folder, 'tree')], join(folder, 'into'), {
        streams: 2,
        [whose]: 8 * MIB,
      });
      const seconds = (performance.now() - startMs) / 1000;
      expect(result).toMatchObject({ state: 'done', files: 2, bytes: 8 * MIB });
      // 8 MiB at 8 MiB/s, of which a quarter of a second's worth passes at once, and the last block is late.
      expect(seconds).toBeGreaterThan(0.6);
      expect(await compareByNode(join(folder, 'tree'), join(folder, 'into/tree'))).toEqual([]);
    },
  );
});

describe('refused or impossible', () => {
  test('a wrong secret, another device and an unknown job look the same', async () => {
    const { into, source } = await makeClash();
    const ends = await TwoEnds.start();
    const wrong = await ends.pull([source], into, { secret: Buffer.alloc(32) });
    const other = await TwoEnds.start();
    expect(wrong).toMatchObject({ state: 'failed', failure: { code: 'no-right' } });
    // The other pair's source knows neither job nor device.
    const pull = ends.start([source], join(into, 'x'), { port: other.port });
    await new Promise((resolve) => setTimeout(resolve, 300));
    pull.stop();
    expect(await pull.result).toMatchObject({ state: 'cancelled', files: 0 });
  });

  test('a destination that is a file, and a source that is gone', async () => {
    const folder = makeTempFolder();
    writeFileSync(join(folder, 'file'), 'x');
    const ends = await TwoEnds.start();
    expect(await ends.pull([join(folder, 'file')], join(folder, 'file'))).toMatchObject({
      state: 'failed',
      failure: { code: 'destination-not-folder' },
    });
    const gone = await ends.pull([join(folder, 'nothing/at-all')], join(folder, 'into'));
    expect(gone).toMatchObject({ state: 'failed', failure: { code: 'no-such-path' } });
    expect(statSync(join(folder, 'file')).size).toBe(1);
  });
});
