import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAwkwardTree } from '../tools/trees/awkward-tree.ts';
import { createBigFile } from '../tools/trees/big-file.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { createSpecialTree } from '../tools/trees/special-tree.ts';
import { type Device, World } from './device.ts';
import { describeIfPossible } from './needs.ts';
import { createNamespaces, type NamespaceNetwork } from './network-namespaces.ts';
import { expectSame } from './sample-tree.ts';

/** A larger one would only be read for longer by who compares. */
const HOLE_BYTES = 64 << 20;

interface Setting {
  readonly world: World;
  readonly network: NamespaceNetwork | null;
  readonly anna: Device;
  readonly bob: Device;
}

async function onOneMachine(): Promise<Setting> {
  const world = await World.create();
  const [anna, bob] = await world.servingPair();
  return { world, network: null, anna, bob };
}

async function onTwoMachines(): Promise<Setting> {
  const [world, network] = [await World.create(), await createNamespaces()];
  const [anna, bob] = await Promise.all([
    world.serving('anna', [], { host: network.host(0) }),
    world.serving('bob', ['--accept', 'paired'], { host: network.host(1) }),
  ]);
  await anna.pairWith(bob);
  return { world, network, anna, bob };
}

/** What a person copies: every kind of entry, many small files, one large file. */
function comesOutIdentical(
  setUp: () => Promise<Setting>,
  size: { readonly smallFiles: number; readonly largeBytes: number },
  flags: readonly string[],
): void {
  let setting: Setting;
  beforeAll(async () => {
    setting = await setUp();
  });
  afterAll(async () => {
    await setting.world[Symbol.asyncDispose]();
    await setting.network?.close();
  });

  it('a tree with every awkward thing', async () => {
    const { world, anna, bob } = setting;
    const tree = world.path('awkward');
    createAwkwardTree(tree, { holeBytes: HOLE_BYTES });
    const run = await anna.run(['send', tree, '--to', 'bob', ...flags]);
    expect(run).toMatchObject({
      code: 0,
      stderr: '',
      result: { state: 'done', verified: true, problems: [] },
    });
    await expectSame(tree, join(bob.inbox, 'awkward'));
  });

  it('thousands of small files', async () => {
    const { world, anna, bob } = setting;
    const tree = world.path('small');
    const { files, bytes } = createSmallFiles(tree, { files: size.smallFiles });
    const run = await anna.run(['send', tree, '--to', 'bob', ...flags]);
    expect(run).toMatchObject({ code: 0, result: { files, bytes } });
    await expectSame(tree, join(bob.inbox, 'small'));
  });

  it('a large file', async () => {
    const { world, anna, bob } = setting;
    createBigFile(world.path('large', 'file'), size.largeBytes);
    const run = await anna.run(['send', world.path('large'), '--to', 'bob', ...flags]);
    expect(run).toMatchObject({ code: 0, result: { files: 1, bytes: size.largeBytes } });
    await expectSame(world.path('large'), join(bob.inbox, 'large'));
  });
}

describe('real input comes out identical on one machine', () => {
  comesOutIdentical(onOneMachine, { smallFiles: 3000, largeBytes: 300 << 20 }, []);

  it('except for what is no file, which is left out and listed', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair();
    const tree = world.path('special');
    const { special, unreadable, readable } = await createSpecialTree(tree);
    const run = await anna.run(['send', tree, '--to', 'bob']);
    expect(run).toMatchObject({ code: 1, result: { state: 'partial', files: readable.length } });
    const problems = run.result?.['problems'] as readonly { path: string; code: string }[];
    expect(problems.map(({ path, code }) => `${code} ${path}`).sort()).toEqual(
      [
        ...special.map((path) => `special-file special/${path}`),
        ...unreadable.map((path) => `unreadable special/${path}`),
      ].sort(),
    );
    for (const path of readable) await expectSame(join(tree, path), join(bob.inbox, 'special', path));
  });
});

describeIfPossible('real input comes out identical between two machines', () => {
  comesOutIdentical(onTwoMachines, { smallFiles: 1500, largeBytes: 100 << 20 }, ['--streams', '4']);
});
