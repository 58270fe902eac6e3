import { mkdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ChaosProxy } from '../../../e2e/chaos-proxy.ts';
import { makeTempFolder, namesBelow } from '../disk/testing/temp-folder.ts';
import { applyEdits, type Edit, noise } from '../reuse/testing/edit-script.ts';
import { type PullWishes, TwoEnds } from './testing/two-ends.ts';

const MIB = 1 << 20;

/** A new version at the source and an old one at the destination. */
async function twoVersions(old: Buffer, next: Buffer) {
  const ends = await TwoEnds.start();
  const folder = makeTempFolder();
  const source = join(folder, 'file');
  const into = join(folder, 'into');
  mkdirSync(into);
  writeFileSync(source, next);
  writeFileSync(join(into, 'file'), old);
  // Versions of one size and one time would be taken for the same.
  utimesSync(join(into, 'file'), 1_000_000, 1_000_000);
  const start = (wishes: PullWishes = {}) =>
    ends.start([source], into, { onConflict: 'replace', delta: 'any', ...wishes });
  const now = () => readFileSync(join(into, 'file'));
  const expectNew = () => {
    expect(now().equals(readFileSync(source))).toBe(true);
    expect(namesBelow(into)).toEqual(['file']);
  };
  return { ends, source, into, start, now, expectNew };
}

function scattered(count: number): Edit[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'overwrite' as const,
    at: (index * 0.618) % 1,
    length: 100,
    seed: index,
  }));
}

test('of a file that was edited only the edits are sent', async () => {
  const old = noise(20 * MIB + 777, 1);
  const next = applyEdits(old, [
    ...scattered(50),
    { kind: 'insert', at: 0.4, length: 5000, seed: 1 },
    { kind: 'delete', at: 0.8, length: 333 },
  ]);
  const { ends, start, expectNew } = await twoVersions(old, next);
  const pull = start();
  const result = await pull.result;
  expect(result).toMatchObject({ state: 'done', problems: [], files: 1, bytes: next.length });
  expectNew();
  expect(result.wireBytes).toBeLessThan(250_000);
  expect(result.rungs.delta).toEqual({ files: 1, bytes: next.length });
  expect(result.from.older + result.wireBytes).toBeGreaterThan(next.length);
  const { from } = ends.progressOf(pull.job).at(-1) ?? { from: null };
  expect(from?.older).toBeGreaterThan(next.length - 200_000);
  expect(from?.older).toBeLessThanOrEqual(next.length);
});

test('a dry run says about how much it would be', async () => {
  const old = noise(20 * MIB + 777, 1);
  const next = applyEdits(old, [...scattered(60), { kind: 'insert', at: 0.4, length: 400_000, seed: 77 }]);
  const { start, now } = await twoVersions(old, next);
  const foreseen = await start({ dryRun: true }).result;
  expect(foreseen.rungs.delta).toEqual({ files: 1, bytes: next.length });
  expect(now().equals(old)).toBe(true);
  const { wireBytes } = await start().result;
  expect(foreseen.predictedWireBytes).toBeGreaterThan(wireBytes * 0.9);
  expect(foreseen.predictedWireBytes).toBeLessThan(wireBytes * 1.1);
});

test('without leave nothing of the old file is told', async () => {
  const old = noise(3 * MIB, 1);
  const { start, expectNew } = await twoVersions(old, applyEdits(old, scattered(3)));
  const result = await start({ delta: null }).result;
  expectNew();
  expect(result.wireBytes).toBeGreaterThan(3 * MIB);
});

test('a file with nothing in common is sent whole, and little beside it', async () => {
  const { start, expectNew } = await twoVersions(noise(70 * MIB, 1), noise(70 * MIB, 2));
  const result = await start().result;
  expect(result.state).toBe('done');
  expectNew();
  expect(result.wireBytes).toBeLessThan(70 * MIB * 1.01);
  expect(result.rungs).toMatchObject({ delta: { files: 0 }, raw: { files: 1 } });
});

test('what was appended is sent, and no more', async () => {
  const old = noise(16 * MIB + 5, 1);
  const { start, expectNew } = await twoVersions(old, Buffer.concat([old, noise(MIB, 3)]));
  const result = await start().result;
  expectNew();
  expect(result.wireBytes).toBeLessThan(2.2 * MIB);
});

test('an old file that changes meanwhile spoils nothing', async () => {
  const old = noise(12 * MIB, 1);
  const next = applyEdits(old, [...scattered(10), { kind: 'insert', at: 0.5, length: 4 * MIB, seed: 7 }]);
  const { ends, into, start, now } = await twoVersions(old, next);
  const pull = start({ servedBytesPerSecond: 8 * MIB });
  await vi.waitFor(() => expect(ends.progressOf(pull.job).at(-1)?.bytes).toBeGreaterThan(0), {
    timeout: 10_000,
    interval: 2,
  });
  truncateSync(join(into, 'file'), 1000);
  const result = await pull.result;
  // What was planned to be replaced is not there any more: both are kept.
  expect(result.problems.map(({ code }) => code)).toEqual(['late-name']);
  expect(now()).toHaveLength(1000);
});

test('connections that break again and again cost a delta no more than what was under way', async () => {
  const old = noise(24 * MIB, 1);
  const next = applyEdits(old, [...scattered(80), { kind: 'insert', at: 0.7, length: 2 * MIB, seed: 77 }]);
  const { ends, start, expectNew } = await twoVersions(old, next);
  // In the middle of sums, of what was found, of patches, and of whole blocks.
  const cuts = [30_000, 8_000, 40_000, 300_000, 1_000_000];
  const proxy = await ChaosProxy.start(ends.port, (connection) => {
    const afterBytes = cuts[connection];
    const direction = connection === 0 ? 'request' : 'answer';
    return afterBytes === undefined ? null : { fault: 'rst', afterBytes, direction };
  });
  onTestFinished(() => proxy.close());
  const result = await start({ port: proxy.port, streams: 1 }).result;
  expect(result).toMatchObject({ state: 'done', problems: [], rungs: { delta: { files: 1 } } });
  expectNew();
  expect(proxy.faults).toBeGreaterThan(2);
  expect(result.wireBytes).toBeLessThan(10 * MIB);
});

test('a delta that was cut off goes on as one', async () => {
  const old = noise(48 * MIB, 1);
  const next = applyEdits(old, [...scattered(100), { kind: 'insert', at: 0.9, length: 6 * MIB, seed: 7 }]);
  const { ends, start, now, expectNew } = await twoVersions(old, next);
  const pull = start({ servedBytesPerSecond: 3 * MIB, streams: 1 });
  await vi.waitFor(() => expect(ends.progressOf(pull.job).at(-1)?.bytes).toBeGreaterThan(20 * MIB), {
    timeout: 20_000,
    interval: 5,
  });
  await ends.suspend();
  expect(now().equals(old)).toBe(true);
  const claimed = ends.claimsOf(pull.job).reduce((sum, { hashes }) => sum + hashes.length / 32, 0);
  expect(claimed).toBeGreaterThan(10);
  ends.resume(pull.job);
  const result = await pull.result;
  expect(result).toMatchObject({ state: 'done', problems: [] });
  expectNew();
  expect(result.wireBytes).toBeLessThan(8 * MIB);
});
