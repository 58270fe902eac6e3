import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { type Device, World } from './device.ts';
import { describeIfPossible } from './needs.ts';
import { expectSame } from './sample-tree.ts';

const MB = 1_000_000;
/** Fewer than are kept for peers that are behind, so that none can be too far behind. */
const LARGE_BYTES = 40 * MB;
const SMALL = { files: 500, medianBytes: 10_000 };

/** What a device that serves has read so far, from files and connections. */
async function readBytes(device: Device): Promise<number> {
  const io = await readFile(`/proc/${device.served.pid}/io`, 'utf8');
  return Number(/^rchar: (\d+)$/m.exec(io)?.[1]);
}

describeIfPossible('one folder to several peers', () => {
  it('is read once for all of them', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair();
    const carl = await world.serving('carl', ['--accept', 'paired']);
    await anna.pairWith(carl);
    const tree = world.path('tree');
    await mkdir(tree);
    await writeFile(join(tree, 'large'), randomBytes(LARGE_BYTES));
    createSmallFiles(join(tree, 'small'), SMALL);
    const before = await readBytes(anna);
    const run = await anna.run(['send', tree, '--to', 'bob,carl']);
    expect(run.code).toBe(0);
    const results = run.lines.filter(({ kind }) => kind === 'result');
    expect(results).toMatchObject([{ state: 'done' }, { state: 'done' }]);
    const bytes = Number(results[0]?.['bytes']);
    expect(bytes).toBeGreaterThan(LARGE_BYTES);
    const read = (await readBytes(anna)) - before;
    expect(read).toBeGreaterThan(bytes);
    expect(read).toBeLessThan(bytes * 1.5);
    for (const peer of [bob, carl]) await expectSame(tree, join(peer.inbox, 'tree'));
    // nobody is told of the other one
    for (const [peer, other] of [
      [bob, carl],
      [carl, bob],
    ] as const) {
      expect((await peer.run(['jobs'])).stdout).not.toContain(other.name);
      expect((await peer.run(['jobs'])).stdout).not.toContain(other.id);
    }
  });
});
