import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ChaosProxy, type Fault } from '../../../e2e/chaos-proxy.ts';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import { createAwkwardTree } from '../../../tools/trees/awkward-tree.ts';
import { createSeeded } from '../../../tools/trees/seeded.ts';
import { createSmallFiles } from '../../../tools/trees/small-files.ts';
import { makeTempFolder, namesBelow } from '../disk/testing/temp-folder.ts';
import { TwoEnds } from './testing/two-ends.ts';

const MIB = 1 << 20;

/** A tree with everything in it, and enough content to be cut off in. */
function makeTree(): { source: string; into: string } {
  const folder = makeTempFolder();
  const source = join(folder, 'tree');
  createAwkwardTree(source, { holeBytes: MIB });
  createSmallFiles(join(source, 'small'), { files: 300 });
  writeFileSync(join(source, 'large'), randomBytes(12 * MIB + 12_345));
  return { source, into: join(folder, 'into') };
}

describe('connections that break', () => {
  async function copyThrough(ends: TwoEnds, fault: Fault, seed: string) {
    const { source, into } = makeTree();
    const seeded = createSeeded(seed);
    const HARMED = 8;
    const proxy = await ChaosProxy.start(ends.port, (connection) => {
      if (connection >= HARMED) return null;
      if (seeded.nextInt(4) === 0) return { fault, direction: 'request', afterBytes: seeded.nextInt(20_000) };
      // In the handshake, in the listing or anywhere in the content: small counts as likely as large ones.
      const afterBytes = Math.floor(1_000 * 4_000 ** seeded.nextFloat());
      return { fault, direction: 'answer', afterBytes };
    });
    onTestFinished(() => proxy.close());
    const result = await ends.pull([source], into, { streams: 4, port: proxy.port });
    return { source, into, result, proxy };
  }

  test.each([
    ['rst', 'one'],
    ['fin', 'two'],
  ] as const)('%s (%s): the copy goes on and comes out identical', async (fault, seed) => {
    const ends = await TwoEnds.start();
    const { source, into, result, proxy } = await copyThrough(ends, fault, seed);
    expect(result).toMatchObject({ state: 'done', problems: [], failure: null, verified: true });
    expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
    expect(namesBelow(into).filter((name) => name.includes('.ferry-') && name.endsWith('.part'))).toEqual([
      'tree/names/.ferry-x.part',
    ]);
    expect(proxy.faults).toBeGreaterThan(4);
    // What the source keeps of a broken connection must go, or its places run out.
    await vi.waitFor(() => expect(ends.serving).toBe(0), { timeout: 5_000 });
  });

  test('all of them at once, again and again', async () => {
    const ends = await TwoEnds.start();
    const { source, into } = makeTree();
    const proxy = await ChaosProxy.start(ends.port);
    onTestFinished(() => proxy.close());
    const pull = ends.start([source], into, { streams: 4, port: proxy.port, servedBytesPerSecond: 30 * MIB });
    let cuts = 0;
    const timer = setInterval(() => {
      cuts += 1;
      proxy.cutAll();
    }, 200);
    onTestFinished(() => clearInterval(timer));
    await vi.waitFor(() => expect(cuts).toBeGreaterThan(4), { timeout: 5_000 });
    clearInterval(timer);
    expect(await pull.result).toMatchObject({ state: 'done', problems: [], failure: null });
    expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
    const states = ends.reports.flatMap((report) => (report.kind === 'pull-state' ? [report.state] : []));
    expect(states).toContain('waiting');
    expect(states.at(-1)).toBe('finishing');
  });

  test('a source that takes connections and drops them is not dialled without a pause', async () => {
    const ends = await TwoEnds.start();
    const { source, into } = makeTree();
    const proxy = await ChaosProxy.start(ends.port, () => ({
      fault: 'rst',
      direction: 'answer',
      afterBytes: 3_000,
    }));
    onTestFinished(() => proxy.close());
    const pull = ends.start([source], into, { streams: 2, port: proxy.port });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    pull.stop();
    await pull.result;
    expect(proxy.connections).toBeLessThan(30);
  });
});

/** New content in place, never empty in between: an empty file is copied so fast that it would count. */
function rewrite(path: string, content: Buffer): void {
  const fd = openSync(path, 'r+');
  ftruncateSync(fd, content.length);
  writeSync(fd, content, 0, content.length, 0);
  closeSync(fd);
}

describe('a source that changes while it is copied', () => {
  test('once: the new content arrives', async () => {
    const folder = makeTempFolder();
    mkdirSync(join(folder, 'tree'));
    const large = join(folder, 'tree', 'large');
    writeFileSync(large, randomBytes(8 * MIB));
    const ends = await TwoEnds.start();
    const pull = ends.start([join(folder, 'tree')], join(folder, 'into'), { servedBytesPerSecond: 16 * MIB });
    await vi.waitFor(() => expect(ends.progressOf(pull.job).at(-1)?.bytes).toBeGreaterThan(MIB), {
      timeout: 5_000,
    });
    const changed = randomBytes(5 * MIB + 1);
    rewrite(large, changed);
    const result = await pull.result;
    expect(result).toMatchObject({ state: 'done', files: 1, bytes: changed.length, problems: [] });
    expect(readFileSync(join(folder, 'into/tree/large')).equals(changed)).toBe(true);
    expect(await compareByNode(join(folder, 'tree'), join(folder, 'into/tree'))).toEqual([]);
  });

  test('all the time: it is listed as changed, nothing of it stays, the rest arrives', async () => {
    const folder = makeTempFolder();
    mkdirSync(join(folder, 'tree'));
    // Blocks must come apart in time: a quarter of the rate may pass at once.
    writeFileSync(join(folder, 'tree', 'growing'), randomBytes(4 * MIB));
    writeFileSync(join(folder, 'tree', 'still'), randomBytes(MIB));
    const ends = await TwoEnds.start();
    const timer = setInterval(() => appendFileSync(join(folder, 'tree', 'growing'), 'more'), 5);
    onTestFinished(() => clearInterval(timer));
    const result = await ends.pull([join(folder, 'tree')], join(folder, 'into'), {
      servedBytesPerSecond: 8 * MIB,
    });
    expect(result).toMatchObject({ state: 'partial', files: 1, problemCount: 1 });
    expect(result.problems).toEqual([{ path: 'tree/growing', code: 'changed' }]);
    expect(namesBelow(join(folder, 'into'))).toEqual(['tree/', 'tree/still']);
  });

  test('gone: it has vanished, hard links to it with it', async () => {
    const folder = makeTempFolder();
    createAwkwardTree(join(folder, 'tree'), { holeBytes: 0 });
    writeFileSync(join(folder, 'tree/aaa-first'), randomBytes(12 * MIB));
    const ends = await TwoEnds.start();
    const pull = ends.start([join(folder, 'tree')], join(folder, 'into'), { servedBytesPerSecond: 24 * MIB });
    await vi.waitFor(() => expect(ends.progressOf(pull.job).at(-1)?.complete).toBe(true), { timeout: 5_000 });
    rmSync(join(folder, 'tree/hard-links/large'));
    rmSync(join(folder, 'tree/hard-links/elsewhere/large-too'));
    const result = await pull.result;
    expect(result.state).toBe('partial');
    expect(result.problems.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      'tree/hard-links/elsewhere/large-too vanished',
      'tree/hard-links/large vanished',
    ]);
    const differences = await compareByNode(join(folder, 'tree'), join(folder, 'into/tree'));
    // Removing them has given their folders new times.
    expect(differences.filter((line) => !line.startsWith('mtime differs: ./hard-links'))).toEqual([]);
  });
});

describe('given up', () => {
  test('what is staged stays as parts that are told, and nothing else', async () => {
    const { source, into } = makeTree();
    const ends = await TwoEnds.start();
    const pull = ends.start([source], into, { servedBytesPerSecond: 8 * MIB });
    await vi.waitFor(() => expect(ends.progressOf(pull.job).at(-1)?.bytes).toBeGreaterThan(MIB), {
      timeout: 5_000,
    });
    pull.stop();
    const result = await pull.result;
    expect(result).toMatchObject({ state: 'cancelled', failure: { code: 'cancelled' }, verified: false });
    const parts = ends.partsOf(pull.job);
    expect(parts).toHaveLength(1);
    expect(namesBelow(into).filter((name) => !name.startsWith('.ferry-'))).toEqual([]);
    expect(namesBelow(into)).toContain(`${parts[0]?.slice(into.length + 1)}/`);
  });

  test('into a folder that was there: nothing stays, and the parts of a held plan are told too', async () => {
    const { source, into } = makeTree();
    mkdirSync(join(into, 'tree'), { recursive: true });
    const other = join(source, '..', 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'file'), randomBytes(4 * MIB));
    const ends = await TwoEnds.start();
    const pull = ends.start([source, other], into, { servedBytesPerSecond: 8 * MIB });
    await vi.waitFor(() => expect(ends.progressOf(pull.job).at(-1)?.bytes).toBeGreaterThan(MIB), {
      timeout: 5_000,
    });
    pull.stop();
    await pull.result;
    const [part = '', ...more] = ends.partsOf(pull.job);
    expect(more).toEqual([]);
    const left = namesBelow(into).filter(
      (name) => name.includes('.ferry-') && !name.endsWith('.ferry-x.part'),
    );
    expect(left.filter((name) => !`${into}/${name}`.startsWith(part))).toEqual([]);
  });
});
