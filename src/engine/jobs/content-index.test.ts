import { expect, it } from 'vitest';
import type { DeviceId } from '../../shared/ids.ts';
import type { KnownFile } from '../reuse/known-files.ts';
import type { PeerRecord } from '../state/records.ts';
import { makeTempState } from '../state/testing/temp-state.ts';
import { ContentIndex } from './content-index.ts';

const [ANNA, BEN] = ['anna', 'ben'] as DeviceId[] as [DeviceId, DeviceId];
const FILE: KnownFile = {
  ...{ inode: 'x', path: new Uint8Array(Buffer.from('/inbox/a')), hash: new Uint8Array(32) },
  ...{ size: 100_000, mtimeSec: 1, mtimeNs: 2, ctimeSec: 3, ctimeNs: 4 },
};
const WANTED = [{ size: 100_000, mtimeSec: 9, mtimeNs: 9, isAnyTime: true }];
const OF_TIME = [{ size: 100_000, mtimeSec: 1, mtimeNs: 2, isAnyTime: false }];

async function open() {
  const temp = await makeTempState();
  const mine = new Set<DeviceId>();
  const trustOf = (id: DeviceId) => ({ trust: mine.has(id) ? 'mine' : 'other' }) as PeerRecord;
  const index = new ContentIndex({
    state: temp.state,
    peers: () => ({ get: trustOf, list: () => [ANNA, BEN].map((id) => ({ id }) as PeerRecord) }),
    inbox: () => '/inbox',
    shares: () => ({ readableBy: () => ['/shared/'] }),
    log: () => undefined,
  });
  const find = (peer: DeviceId, wanted = WANTED) =>
    new Promise<readonly KnownFile[]>((resolve) => {
      index.handle({ kind: 'index-find', call: 1, peer, wanted }, resolve);
    });
  return { index, find, mine, temp, [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose]() };
}

it('shows a guest only what it sent itself, and a device of the own all of the inbox', async () => {
  await using world = await open();
  const { index, find, mine } = world;
  index.handle({ kind: 'index-add', call: 2, sender: ANNA, files: [FILE] }, () => undefined);
  expect(await find(ANNA)).toMatchObject([{ inode: 'x' }]);
  expect(await find(BEN)).toEqual([]);
  mine.add(BEN);
  expect(await find(BEN)).toMatchObject([{ inode: 'x' }]);
  expect(await find(BEN, OF_TIME)).toMatchObject([{ inode: 'x' }]);
  const outside = { ...FILE, path: new Uint8Array(Buffer.from('/inbox-2/a')) };
  index.handle({ kind: 'index-add', call: 2, sender: ANNA, files: [outside] }, () => undefined);
  expect(await find(BEN)).toEqual([]);
  expect(await find(BEN, OF_TIME)).toEqual([]);
  const shared = { ...FILE, path: new Uint8Array(Buffer.from('/shared/a')) };
  index.handle({ kind: 'index-add', call: 2, sender: ANNA, files: [shared] }, () => undefined);
  expect(await find(BEN)).toMatchObject([{ inode: 'x' }]);
});

it('waits with its answer until what the last job brought is told', async () => {
  await using world = await open();
  const { index, find } = world;
  index.handle({ kind: 'index-telling', isTelling: true }, () => undefined);
  const found = find(ANNA);
  index.handle({ kind: 'index-add', call: 2, sender: ANNA, files: [FILE] }, () => undefined);
  index.handle({ kind: 'index-telling', isTelling: false }, () => undefined);
  expect(await found).toHaveLength(1);
});

it('answers nothing where the state is gone, and says so in the log only', async () => {
  const world = await open();
  await world[Symbol.asyncDispose]();
  expect(await world.find(ANNA)).toEqual([]);
});
