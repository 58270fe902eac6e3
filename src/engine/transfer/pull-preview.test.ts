import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { compareByNode } from '../../../tools/compare-by-node.ts';
import type { FailureData } from '../../shared/failure.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { PREVIEW_LIMITS, type PreviewCounts, type PreviewOrder, PullPreview } from './pull-preview.ts';
import { TwoEnds } from './testing/two-ends.ts';

const OLD_S = 1_000_000_000;

function write(path: string, content: string, seconds = OLD_S): void {
  writeFileSync(path, content);
  utimesSync(path, seconds, seconds);
}

/** A look to its end: its last counts and why it ended. */
async function look(ends: TwoEnds, order: PreviewOrder, limits = PREVIEW_LIMITS) {
  const counted: PreviewCounts[] = [];
  let unreachable = 0;
  const failure = await new Promise<FailureData | null>((resolve) => {
    const report = {
      counted: (counts: PreviewCounts) => void counted.push(counts),
      unreachable: () => {
        unreachable += 1;
      },
      ended: resolve,
    };
    new PullPreview(order, ends.pullerIdentity, report, limits).start();
  });
  return { last: counted.at(-1), failure, unreachable };
}

function makeTree() {
  const folder = makeTempFolder();
  const [source, into] = [join(folder, 'tree'), join(folder, 'into')];
  mkdirSync(join(source, 'below'), { recursive: true });
  write(join(source, 'same'), 'same');
  write(join(source, 'other'), 'from there');
  write(join(source, 'below', 'deep'), 'deep');
  return { source, into };
}

test('counts what is offered and compares it with what is here, and nothing is touched', async () => {
  const { source, into } = makeTree();
  mkdirSync(join(into, 'tree'), { recursive: true });
  write(join(into, 'tree', 'same'), 'same');
  write(join(into, 'tree', 'other'), 'of here', 2 * OLD_S);
  // In the way of a folder: all that would be below it is offered all the same.
  write(join(into, 'tree', 'below'), 'a file');
  const ends = await TwoEnds.start();
  expect(await look(ends, ends.previewOrder([source], into))).toEqual({
    last: {
      files: 3,
      bytes: 18,
      same: 1,
      differ: 2,
      complete: true,
      preflight: expect.objectContaining({ neededBytes: 0 }),
    },
    failure: null,
    unreachable: 0,
  });
  expect(readdirSync(join(into, 'tree')).sort()).toEqual(['below', 'other', 'same']);
  await vi.waitFor(() => expect(ends.sockets).toBe(0));
});

test('a destination that is not there stays so', async () => {
  const { source, into } = makeTree();
  const ends = await TwoEnds.start();
  const { last } = await look(ends, ends.previewOrder([source], join(into, 'new')));
  expect(last).toMatchObject({ files: 3, same: 0, differ: 0, complete: true });
  expect(existsSync(into)).toBe(false);
});

test('the copy that follows under the same grant lists anew, and copies what is there by then', async () => {
  const { source, into } = makeTree();
  const ends = await TwoEnds.start();
  const order = ends.previewOrder([source], into);
  expect(await look(ends, order)).toMatchObject({ last: { files: 3 } });
  write(join(source, 'below', 'later'), 'later');
  expect(await ends.pull([source], into, { previewed: order })).toMatchObject({ state: 'done', files: 4 });
  expect(await compareByNode(source, join(into, 'tree'))).toEqual([]);
});

test('it ends by itself: after so many entries, and after so long', async () => {
  const { source, into } = makeTree();
  for (let index = 0; index < 2_500; index++) writeFileSync(join(source, `${index}`), '');
  const ends = await TwoEnds.start();
  const order = ends.previewOrder([source], into);
  const many = await look(ends, order, { ...PREVIEW_LIMITS, entries: 1_500 });
  expect(many).toMatchObject({ last: { complete: false }, failure: { code: 'over-cap' } });
  expect(many.last?.files).toBeLessThan(2_500);
  const nowhere = { ...order, addresses: [{ host: '127.0.0.1', port: 1 }] };
  const long = await look(ends, nowhere, { ...PREVIEW_LIMITS, ms: 3_500 });
  expect(long).toMatchObject({ last: undefined, failure: { code: 'timeout' }, unreachable: 1 });
});

test('what is not offered, and a grant that is not right, end it', async () => {
  const { source, into } = makeTree();
  const ends = await TwoEnds.start();
  const order = ends.previewOrder([source], into);
  const offered = { names: [Buffer.from('another')], count: 1 };
  expect(await look(ends, { ...order, offered })).toMatchObject({ failure: { code: 'peer-misbehaved' } });
  expect(await look(ends, { ...order, secret: Buffer.alloc(32) })).toMatchObject({
    last: undefined,
    failure: { code: 'no-right' },
  });
});
