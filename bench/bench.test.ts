import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeTree } from '../tools/trees/remove-tree.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { measureRun, median, type Run } from './measure.ts';
import { type BenchResult, toMarkdown } from './report.ts';
import type { Rival } from './rival.ts';
import { readMetrics } from './rivals/ferry.ts';
import { startRsyncDaemon } from './rivals/rsync-daemon.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ferry-bench-test-'));
});
afterEach(() => removeTree(folder));

test('a rival copies in measured time and its copy is compared and removed', async () => {
  const source = join(folder, 'source');
  createSmallFiles(source, { files: 200 });
  const rival = await startRsyncDaemon(join(folder, 'rival'));
  try {
    const first = await measureRun(rival, source);
    const second = await measureRun(rival, source);
    expect(first.seconds).toBeGreaterThan(0);
    expect(second.receiver.peakRssBytes).toBeGreaterThan(1e6);
  } finally {
    await rival.stop();
  }
});

test('a copy that is not identical ends the benchmark', async () => {
  const source = join(folder, 'source');
  const wrong = join(folder, 'wrong');
  createSmallFiles(source, { files: 5 });
  createSmallFiles(wrong, { files: 4 });
  const liar: Rival = {
    name: 'liar',
    daemonPid: process.pid,
    senderPid: null,
    copy: () => Promise.resolve({ path: wrong, sender: null }),
    stop: () => Promise.resolve(null),
  };
  await expect(measureRun(liar, source)).rejects.toThrow('liar copied wrongly');
});

test('medians of odd, even and no numbers', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('the report gives ratios of speed and says which floor is missed', () => {
  const use = { peakRssBytes: 1 << 20, cpuSeconds: 1 };
  const runs = (jobSeconds: number | null, ...seconds: number[]): Run[] =>
    seconds.map((one) => ({ seconds: one, sender: use, receiver: use, senderSaid: null, jobSeconds }));
  const result: BenchResult = {
    scenario: 'big',
    describes: 'one file',
    bytes: 1e9,
    files: 1,
    machine: { cpu: 'x', cores: 2, memoryGib: 1, system: 's', fileSystem: 'tmpfs', node: 'v', rsync: 'r' },
    results: [
      { rival: 'rsync daemon', runs: runs(null, 2, 3, 2), receiverSaid: null },
      { rival: 'rsync over ssh', runs: runs(null, 3, 3, 3), receiverSaid: null },
      { rival: 'ferry', runs: runs(0.8, 1, 1, 9), receiverSaid: null },
    ],
  };
  const text = toMarkdown(result, { 'rsync daemon': 1.2, 'rsync over ssh': 4 });
  expect(text).toContain('2.00 x the speed of rsync daemon, floor 1.2: met');
  expect(text).toContain('3.00 x the speed of rsync over ssh, floor 4: MISSED');
  expect(text).toContain('0.800 s, 2.50 x rsync daemon, 3.75 x rsync over ssh');
  expect(text).toContain('| ferry | 1.000 | 1.000 to 9.000 | 1000 |');
});

test('the metrics line of a Ferry process is found among its logs', () => {
  const stderr = 'hello\n{"kind":"metrics","eventLoopP99Ms":12.5,"rssBytes":7}\nbye\n';
  expect(readMetrics(stderr)).toEqual({ eventLoopP99Ms: 12.5, rssBytes: 7 });
  expect(readMetrics('{"level":"info"}\n')).toBeNull();
});
