import { mkdtempSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeTree } from '../tools/trees/remove-tree.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { openLink } from './bench-link.ts';
import { DelayProxy } from './delay-proxy.ts';
import { measureRun, median, type Run } from './measure.ts';
import { type BenchResult, toMarkdown } from './report.ts';
import type { Rival, StartRival } from './rival.ts';
import { RIVALS } from './rivals/all-rivals.ts';
import { readMetrics } from './rivals/ferry.ts';
import { startRsyncDaemon } from './rivals/rsync-daemon.ts';
import { runScenario } from './run-scenario.ts';
import type { BenchData } from './scenario.ts';
import { SCENARIOS } from './scenarios/all-scenarios.ts';
import { big } from './scenarios/big.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ferry-bench-test-'));
});
afterEach(() => removeTree(folder));

function createSmall(source: string, files: number): BenchData {
  return { source, files, bytes: createSmallFiles(source, { files }).bytes };
}

test('a rival copies in measured time and its copy is compared and removed', async () => {
  const data = createSmall(join(folder, 'source'), 200);
  const rival = await startRsyncDaemon(join(folder, 'rival'), await openLink('loopback'));
  try {
    const first = await measureRun(rival, data);
    const second = await measureRun(rival, data);
    expect(first.seconds).toBeGreaterThan(0);
    expect(second).toMatchObject({ files: 200, bytes: data.bytes });
    expect(second.receiver.peakRssBytes).toBeGreaterThan(1e6);
  } finally {
    await rival.stop();
  }
});

test.each([true, false])(
  'a copy that is not identical ends the benchmark (content only: %s)',
  async (isContentOnly) => {
    const data = createSmall(join(folder, 'source'), 5);
    const wrong = join(folder, 'wrong');
    createSmallFiles(wrong, { files: 4 });
    const liar: Rival = {
      name: 'liar',
      daemonPid: process.pid,
      senderPid: null,
      isContentOnly,
      copy: (source) => Promise.resolve({ copy: { source, path: wrong }, sender: null }),
      stop: () => Promise.resolve(null),
    };
    await expect(measureRun(liar, data)).rejects.toThrow('liar copied wrongly');
  },
);

test('every scenario names rivals that there are', () => {
  expect(SCENARIOS.length).toBeGreaterThan(5);
  for (const { rivals, floors } of SCENARIOS) {
    expect(Object.keys(RIVALS)).toEqual(expect.arrayContaining([...rivals]));
    expect(rivals.some((name) => /ferry|delayed-auto/.test(name))).toBe(true);
    for (const floor of Object.values(floors)) expect(floor).toBeGreaterThan(0);
  }
});

test('one tiny run of the whole: everybody copies, everything is compared, and reported', async () => {
  const chosen = ['cp', 'rsync-daemon', 'ferry'];
  const rivals = Object.fromEntries(chosen.map((name) => [name, RIVALS[name] as StartRival]));
  const result = await runScenario(big, rivals, 1, 0.001);
  expect(result.results.map(({ rival, runs }) => [rival, runs.length])).toEqual([
    ['cp -r', 1],
    ['rsync daemon', 1],
    ['ferry', 1],
  ]);
  const text = toMarkdown(result, big);
  expect(text).toMatch(/Ferry is [\d.]+ x the speed of rsync daemon, asked 1.7: (met|MISSED)/);
  expect(text).toContain('p99 of the slower end');
});

test('medians of odd, even and no numbers', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('the report gives ratios of speed and says which floor is missed', () => {
  const use = { peakRssBytes: 1 << 20, cpuSeconds: 1 };
  const none = { senderSaid: null, firstByteSeconds: null };
  const runs = (jobSeconds: number | null, ...seconds: number[]): Run[] =>
    seconds.map((one) => ({
      ...{ seconds: one, bytes: 1e9, movedBytes: 1e9, files: 1, jobSeconds, sender: use, receiver: use },
      ...none,
    }));
  const result: BenchResult = {
    scenario: 'big',
    describes: 'one file',
    bytes: 1e9,
    files: 1,
    machine: { cpu: 'x', cores: 2, memoryGib: 1, system: 's', fileSystem: 'tmpfs', node: 'v', rsync: 'r' },
    results: [
      { rival: 'rsync daemon', runs: runs(null, 2, 3, 2), said: null },
      { rival: 'rsync over ssh', runs: runs(null, 3, 3, 3), said: null },
      { rival: 'ferry', runs: runs(0.8, 1, 1, 9), said: null },
    ],
  };
  const text = toMarkdown(result, { floors: { 'rsync daemon': 1.2, 'rsync over ssh': 4 } });
  expect(text).toContain('2.00 x the speed of rsync daemon, asked 1.2: met');
  expect(text).toContain('3.00 x the speed of rsync over ssh, asked 4: MISSED');
  expect(text).toContain('0.800 s, 2.50 x rsync daemon, 3.75 x rsync over ssh');
  expect(text).toContain('| ferry | 1.000 | 1.000 to 9.000 | 1000 |');
});

test('the metrics line of a Ferry process is found among its logs', () => {
  const stderr = 'hello\n{"kind":"metrics","eventLoopP99Ms":12.5,"rssBytes":7}\nbye\n';
  expect(readMetrics(stderr)).toEqual({ eventLoopP99Ms: 12.5, rssBytes: 7 });
  expect(readMetrics('{"level":"info"}\n')).toBeNull();
});

test('what one file costs among many is held against what it costs among few', () => {
  const use = { peakRssBytes: 1, cpuSeconds: 1 };
  const run = (seconds: number, files: number): Run => ({
    ...{
      seconds,
      files,
      bytes: 1,
      movedBytes: 1,
      sender: use,
      receiver: use,
      senderSaid: null,
      jobSeconds: null,
    },
    firstByteSeconds: 0.4,
  });
  const result: BenchResult = {
    ...{ scenario: 'million', describes: 'many', bytes: 1, files: 1e6 },
    machine: { cpu: 'x', cores: 2, memoryGib: 1, system: 's', fileSystem: 'tmpfs', node: 'v', rsync: 'r' },
    results: [
      { rival: 'few', runs: [run(1, 1_000)], said: null },
      { rival: 'ferry', runs: [run(1_500, 1_000_000)], said: { eventLoopP99Ms: 3, rssBytes: 1 } },
    ],
  };
  const text = toMarkdown(result, { floors: {}, perFile: { rival: 'few', most: 1.2 } });
  expect(text).toContain('One file costs 1.50 x what it costs few, at most 1.2: MISSED');
  expect(text).toContain('First content 0.40 s after the start');
  expect(text).toContain('slower end: 3.0 ms, asked 20');
});

test('a delayed way lets one window pass in each round trip, and several connections as many more', async () => {
  const server = createServer((socket) => socket.end(Buffer.alloc(400_000)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy = await DelayProxy.start(port, { delayMs: 20, windowBytes: 100_000 });
  const fetch = async () =>
    (await connect(proxy.port, '127.0.0.1').toArray()).reduce((sum, part) => sum + part.length, 0);
  const startMs = performance.now();
  expect(await Promise.all([fetch(), fetch(), fetch()])).toEqual([400_000, 400_000, 400_000]);
  // Never sooner: three whole round trips and the way there, whatever the machine does.
  expect(performance.now() - startMs).toBeGreaterThan(90);
  await proxy.close();
  server.close();
});
