import { randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ChaosProxy } from '../../../e2e/chaos-proxy.ts';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import { makeTempFolder, namesBelow } from '../disk/testing/temp-folder.ts';
import { TwoEnds } from './testing/two-ends.ts';

const MIB = 1 << 20;
const OLD_S = 1_000_000_000;
const NEW_S = 1_500_000_000;

function write(path: string, content: string | Buffer, seconds = OLD_S): void {
  writeFileSync(path, content);
  utimesSync(path, seconds, seconds);
}

/** A source tree of a few small files and large ones that take a second or two at 12 MiB/s. */
function makeTree() {
  const folder = makeTempFolder();
  const [source, into] = [join(folder, 'tree'), join(folder, 'into')];
  mkdirSync(join(source, 'below'), { recursive: true });
  write(join(source, 'small'), 'small');
  write(join(source, 'below', 'deep'), 'deep');
  write(join(source, 'one'), randomBytes(10 * MIB));
  write(join(source, 'two'), randomBytes(10 * MIB));
  return { source, into };
}

const SLOW = { servedBytesPerSecond: 12 * MIB, streams: 1 } as const;

async function somethingMoved(ends: TwoEnds, job: Parameters<TwoEnds['progressOf']>[0], bytes = MIB) {
  await vi.waitFor(() => expect(ends.progressOf(job).at(-1)?.bytes).toBeGreaterThan(bytes), {
    timeout: 10_000,
  });
}

/** Resolves when progress has stopped changing for two ticks: all that was asked for has come. */
async function quiet(ends: TwoEnds, job: Parameters<TwoEnds['progressOf']>[0]): Promise<number> {
  let told = -1;
  await vi.waitFor(
    () => {
      const now = ends.progressOf(job).at(-1)?.bytes ?? 0;
      const before = told;
      told = now;
      expect(now).toBe(before);
    },
    { timeout: 10_000, interval: 400 },
  );
  return told;
}

describe('progress', () => {
  test('tells streams, average, what was there and bytes on the wire', async () => {
    const { source, into } = makeTree();
    mkdirSync(join(into, 'tree'), { recursive: true });
    const there = Buffer.alloc(3 * MIB, 1);
    write(join(source, 'there'), there);
    write(join(into, 'tree', 'there'), there);
    const ends = await TwoEnds.start();
    const { job, result } = ends.start([source], into, { ...SLOW, streams: 2 });
    expect(await result).toMatchObject({ state: 'done', unchanged: 1 });
    const told = ends.progressOf(job);
    const last = told.at(-1);
    expect(last?.from).toEqual({ there: 3 * MIB, here: 0, older: 0 });
    expect(last?.wireBytes).toBeGreaterThan(20 * MIB);
    expect(last?.wireBytes).toBeLessThan(21 * MIB);
    // The whole rate is 12 MiB/s; what was there already is no speed.
    expect(last?.averageBytesPerSecond).toBeGreaterThan(6 * MIB);
    expect(last?.averageBytesPerSecond).toBeLessThan(40 * MIB);
    expect(Math.max(...told.map(({ streamSpeeds }) => streamSpeeds.length))).toBe(2);
    expect(Math.max(...told.flatMap(({ streamSpeeds }) => [...streamSpeeds]))).toBeGreaterThan(MIB);
    // Nothing is told twice, but for the last word.
    const keys = told.slice(0, -2).map((progress) => JSON.stringify(progress));
    expect(keys.filter((key, at) => key === keys[at - 1])).toEqual([]);
  });
});

describe('paused', () => {
  test('nothing more is asked for until it goes on, and the pause is no time of the average', async () => {
    const { source, into } = makeTree();
    const ends = await TwoEnds.start();
    const { job, result, pause } = ends.start([source], into, SLOW);
    await somethingMoved(ends, job);
    pause(true);
    expect(ends.stateOf(job)).toBe('paused');
    const bytes = await quiet(ends, job);
    expect(bytes).toBeLessThan(20 * MIB);
    const before = ends.progressOf(job).at(-1);
    expect(before).toMatchObject({ bytesPerSecond: 0, secondsLeft: null, streams: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(ends.progressOf(job).at(-1)).toMatchObject({
      bytes,
      averageBytesPerSecond: before?.averageBytesPerSecond,
    });
    pause(false);
    expect(ends.stateOf(job)).toBe('running');
    expect(await result).toMatchObject({ state: 'done', files: 4, problems: [] });
    expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
  });

  test('content that has to be compared is not asked for either', async () => {
    const { source, into } = makeTree();
    mkdirSync(join(into, 'tree'), { recursive: true });
    for (const at of [source, join(into, 'tree')]) write(join(at, 'same'), 'same');
    const ends = await TwoEnds.start();
    const { job, result, pause } = ends.start([source], into, { checksum: true });
    pause(true);
    await vi.waitFor(() => expect(ends.progressOf(job).at(-1)?.complete).toBe(true), { timeout: 5_000 });
    await quiet(ends, job);
    expect(ends.progressOf(job).at(-1)).toMatchObject({ files: 0, bytes: 0 });
    pause(false);
    expect(await result).toMatchObject({ state: 'done', unchanged: 1 });
  });

  test('it stays paused over lost connections, and before anything is listed', async () => {
    const { source, into } = makeTree();
    const ends = await TwoEnds.start();
    const proxy = await ChaosProxy.start(ends.port);
    onTestFinished(() => proxy.close());
    const { job, result, pause } = ends.start([source], into, { ...SLOW, port: proxy.port });
    pause(true);
    await vi.waitFor(() => expect(ends.progressOf(job).at(-1)?.streams).toBe(1), { timeout: 5_000 });
    const { connections } = proxy;
    proxy.cutAll();
    await vi.waitFor(() => expect(proxy.connections).toBeGreaterThan(connections), { timeout: 5_000 });
    await quiet(ends, job);
    expect(ends.progressOf(job).at(-1)?.bytes).toBe(0);
    const waits = ends.reports.flatMap((report) => (report.kind === 'pull-state' ? [report.waitingFor] : []));
    expect(waits).toEqual([null, 'paused']);
    pause(false);
    expect(await result).toMatchObject({ state: 'done', problems: [] });
  });
});

describe('cancelled', () => {
  /** Into a new folder and into one that was there, with a large file on its way in each. */
  async function cancel(keep: 'parts' | 'arrived' | 'nothing', stopAt = 2 * MIB) {
    const { source, into } = makeTree();
    symlinkSync('small', join(source, 'link'));
    linkSync(join(source, 'small'), join(source, 'small-too'));
    linkSync(join(source, 'two'), join(source, 'two-too'));
    const merged = join(source, '..', 'merged');
    mkdirSync(join(into, 'merged'), { recursive: true });
    mkdirSync(merged);
    write(join(merged, 'new'), 'new');
    write(join(merged, 'replaced'), 'new content', NEW_S);
    write(join(into, 'merged', 'replaced'), 'old content');
    const ends = await TwoEnds.start();
    const pull = ends.start([merged, source], into, { ...SLOW, onConflict: 'replace' });
    await somethingMoved(ends, pull.job, stopAt);
    pull.stop(keep);
    const result = await pull.result;
    expect(result).toMatchObject({ state: 'cancelled', verified: false, problems: [] });
    const left = namesBelow(into).filter((name) => name.includes('.ferry-'));
    return { source, into, result, left, parts: ends.partsOf(pull.job), reports: ends.reports };
  }

  test('parts: what is staged stays under its hidden name', async () => {
    const { into, parts, left } = await cancel('parts');
    expect(parts).toHaveLength(1);
    expect(left.every((name) => `${into}/${name}`.startsWith(String(parts[0])))).toBe(true);
    expect(existsSync(join(into, 'tree'))).toBe(false);
  });

  test('nothing: no part is left', async () => {
    const { into, parts, left, reports } = await cancel('nothing');
    expect(parts).toEqual([]);
    expect(left).toEqual([]);
    expect(existsSync(join(into, 'tree'))).toBe(false);
    expect(reports.at(-1)?.kind).toBe('pull-ended');
  });

  test('arrived: whole files get their place, half ones and links to them do not', async () => {
    const { source, into, parts, left, result } = await cancel('arrived', 11 * MIB);
    expect(parts).toEqual([]);
    expect(left).toEqual([]);
    expect(namesBelow(join(into, 'tree'))).toEqual([
      ...['below/', 'below/deep', 'link', 'one', 'small', 'small-too'],
    ]);
    expect(readFileSync(join(into, 'tree/one')).equals(readFileSync(join(source, 'one')))).toBe(true);
    expect(readFileSync(join(into, 'merged/replaced'), 'utf8')).toBe('new content');
    expect(readFileSync(join(into, 'merged/new'), 'utf8')).toBe('new');
    expect(result).toMatchObject({ files: 6, links: 1, folders: 3 });
  });
});

describe('asked what to do about clashes', () => {
  /** A merge in which three names clash, one of them a folder on a file, and the rest does not. */
  async function startClash(wishes: Parameters<TwoEnds['start']>[2] = {}) {
    const folder = makeTempFolder();
    const [source, into] = [join(folder, 'tree'), join(folder, 'into')];
    const there = join(into, 'tree');
    mkdirSync(join(source, 'taken', 'inner'), { recursive: true });
    mkdirSync(there, { recursive: true });
    write(join(source, 'free'), 'free');
    write(join(source, 'older'), 'new content', NEW_S);
    write(join(there, 'older'), 'old content', OLD_S);
    write(join(source, 'newer'), 'content', OLD_S);
    write(join(there, 'newer'), 'edited there', NEW_S);
    write(join(source, 'taken', 'inner', 'file'), 'inner');
    write(join(there, 'taken'), 'a file', OLD_S);
    const ends = await TwoEnds.start();
    const pull = ends.start([source], into, { onConflict: 'ask', ...wishes });
    const asked = async () => {
      await vi.waitFor(() => expect(ends.stateOf(pull.job)).toBe('answer'), { timeout: 10_000 });
      return ends.questionsOf(pull.job).at(-1);
    };
    return { ends, pull, source, into, there, asked };
  }

  test('the rest arrives meanwhile, and the question says what clashes with what', async () => {
    const { ends, pull, there, asked } = await startClash();
    const question = await asked();
    expect(question).toEqual({
      count: 3,
      complete: true,
      clashes: [
        {
          path: 'tree/newer',
          theirs: { type: 'file', bytes: 7, mtimeMs: OLD_S * 1000 },
          ours: { type: 'file', bytes: 12, mtimeMs: NEW_S * 1000 },
        },
        expect.objectContaining({ path: 'tree/older' }),
        {
          path: 'tree/taken',
          theirs: { type: 'folder', bytes: 0, mtimeMs: expect.any(Number) },
          ours: { type: 'file', bytes: 6, mtimeMs: OLD_S * 1000 },
        },
      ],
    });
    await vi.waitFor(() => expect(readFileSync(join(there, 'free'), 'utf8')).toBe('free'));
    expect(readFileSync(join(there, 'older'), 'utf8')).toBe('old content');
    pull.answer({ policy: 'keep-both', choices: [] });
    expect(await pull.result).toMatchObject({ state: 'done', files: 4, problems: [] });
    expect(readFileSync(join(there, 'older (2)'), 'utf8')).toBe('new content');
    expect(readFileSync(join(there, 'taken (2)/inner/file'), 'utf8')).toBe('inner');
    expect(ends.questionsOf(pull.job).at(-1)).toBe(null);
  });

  test.each(['checksum', 'time'] as const)('choices by path go before the policy (%s)', async (by) => {
    const { pull, there, asked } = await startClash({ checksum: by === 'checksum' });
    await asked();
    pull.answer({
      policy: 'skip',
      choices: [
        { path: 'tree/newer', policy: 'replace' },
        { path: 'tree/taken', policy: 'keep-both' },
      ],
    });
    const result = await pull.result;
    expect(result).toMatchObject({ state: 'partial', files: 3 });
    expect(result.problems).toEqual([{ path: 'tree/older', code: 'exists', reason: 'left alone' }]);
    expect(readFileSync(join(there, 'newer'), 'utf8')).toBe('content');
    expect(readFileSync(join(there, 'older'), 'utf8')).toBe('old content');
    expect(readFileSync(join(there, 'taken (2)/inner/file'), 'utf8')).toBe('inner');
    expect(readFileSync(join(there, 'taken'), 'utf8')).toBe('a file');
  });

  test('skip and replace leave out a folder that has no place, with all that is in it', async () => {
    const { pull, there, asked } = await startClash();
    await asked();
    pull.answer({ policy: 'replace', choices: [] });
    const result = await pull.result;
    expect(result).toMatchObject({ state: 'partial', files: 3 });
    expect(result.problems.map(({ path }) => path)).toEqual(['tree/taken']);
    expect(readFileSync(join(there, 'taken'), 'utf8')).toBe('a file');
    expect(readFileSync(join(there, 'older'), 'utf8')).toBe('new content');
  });

  test('a dry run asks nobody and says what would be asked', async () => {
    const { pull, ends } = await startClash({ dryRun: true });
    expect(await pull.result).toMatchObject({
      state: 'failed',
      failure: { code: 'exists' },
      problemCount: 3,
    });
    expect(ends.questionsOf(pull.job)).toEqual([]);
  });

  test('cancelled while it asks: what does not clash is kept if that is wanted', async () => {
    const { pull, there, asked } = await startClash();
    await asked();
    pull.stop('arrived');
    expect(await pull.result).toMatchObject({ state: 'cancelled', problems: [] });
    expect(readFileSync(join(there, 'free'), 'utf8')).toBe('free');
    expect(readFileSync(join(there, 'older'), 'utf8')).toBe('old content');
  });

  test('with too many held, no more is listed until there is an answer', async () => {
    const folder = makeTempFolder();
    const [source, into] = [join(folder, 'tree'), join(folder, 'into')];
    const FILES = 16_000;
    for (const at of [source, join(into, 'tree')]) {
      mkdirSync(at, { recursive: true });
      for (let count = 0; count < FILES; count++) writeFileSync(join(at, `f${count}`), at.slice(-4));
    }
    write(join(source, 'zzz-last'), 'free');
    const ends = await TwoEnds.start();
    const pull = ends.start([source], into, { onConflict: 'ask' });
    await vi.waitFor(() => expect(ends.stateOf(pull.job)).toBe('answer'), { timeout: 20_000 });
    const enough = () => expect(ends.questionsOf(pull.job).at(-1)?.count).toBeGreaterThanOrEqual(10_000);
    await vi.waitFor(enough);
    // Pages that were asked for already may still come; after them there are no more.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const question = ends.questionsOf(pull.job).at(-1);
    expect(question?.count).toBeLessThan(FILES);
    expect(question).toMatchObject({ complete: false });
    expect(question?.clashes).toHaveLength(100);
    pull.answer({ policy: 'skip', choices: [] });
    // What is listed later is settled by the same answer.
    expect(await pull.result).toMatchObject({ state: 'partial', files: 1, problemCount: FILES });
    expect(readFileSync(join(into, 'tree/zzz-last'), 'utf8')).toBe('free');
  });
});

test('a dry run into a folder that is missing leaves it missing', async () => {
  const { source, into } = makeTree();
  const ends = await TwoEnds.start();
  const result = await ends.pull([source], join(into, 'deeper'), { dryRun: true });
  expect(result).toMatchObject({ state: 'done', files: 4, folders: 2, unchanged: 0 });
  expect(existsSync(into)).toBe(false);
});
