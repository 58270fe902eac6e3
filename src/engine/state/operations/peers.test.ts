import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DeviceId } from '../../../shared/ids.ts';
import {
  ALICE,
  BOB,
  SELF,
  sampleDeviceId,
  sampleGrant,
  sampleJobId,
  sampleOffer,
  samplePeer,
} from '../testing/sample-records.ts';
import { makeTempState } from '../testing/temp-state.ts';
import { freeName, nameKey } from './local-name.ts';

it('keeps the device that was created first', async () => {
  await using temp = await makeTempState();
  const { device } = temp.state;
  expect(await device.get()).toBeNull();
  await expect(device.rename('x')).rejects.toMatchObject({ code: 'key-unusable' });
  const first = {
    id: SELF,
    name: 'calm otter',
    kind: 'server',
    visibility: 'everyone',
    keyPem: 'key',
    certificatePem: 'certificate',
    createdMs: 7,
  } as const;
  const made = await Promise.all([
    device.create(first),
    device.create({ ...first, id: BOB, keyPem: 'other' }),
  ]);
  expect(made).toEqual([first, first]);
  await device.rename('brave heron');
  await device.setVisibility('off');
  expect(await device.get()).toEqual({ ...first, name: 'brave heron', visibility: 'off' });
});

it('round-trips a peer and each of its changes', async () => {
  await using temp = await makeTempState();
  const { peers } = temp.state;
  const alice = {
    ...samplePeer(ALICE, 'Otter'),
    acceptAlways: null,
    announcedName: 'Otter',
    blockedShortIds: [],
  };
  expect(await peers.add(samplePeer(ALICE, 'Otter'))).toEqual(alice);
  expect(await peers.get(ALICE)).toEqual(alice);
  expect(await peers.get(BOB)).toBeNull();
  await peers.setTrust(ALICE, 'mine');
  await peers.setAddresses(ALICE, ['new:1']);
  await peers.setAcceptAlways(ALICE, { into: '/a', maxBytes: null });
  const changed = {
    ...alice,
    trust: 'mine',
    addresses: ['new:1'],
    acceptAlways: { into: '/a', maxBytes: null },
  };
  expect(await peers.list()).toEqual([changed]);
  expect(await peers.setAcceptAlways(ALICE, null)).toEqual({ ...changed, acceptAlways: null });
});

it('keeps name and acceptAlways when paired again', async () => {
  await using temp = await makeTempState();
  const { peers } = temp.state;
  await peers.add(samplePeer(ALICE, 'otter'));
  await peers.setAcceptAlways(ALICE, { into: '/a', maxBytes: 5 });
  const again = await peers.add({ ...samplePeer(ALICE, 'renamed'), trust: 'mine', pairedMs: 99 });
  expect(again).toMatchObject({ name: 'otter', trust: 'mine', pairedMs: 99, acceptAlways: { maxBytes: 5 } });
});

it('finds by name before id prefix, and says what is ambiguous', async () => {
  await using temp = await makeTempState();
  const { peers } = temp.state;
  await peers.add(samplePeer(sampleDeviceId('ab1'), 'otter'));
  await peers.add(samplePeer(sampleDeviceId('ab2'), 'heron'));
  await peers.add(samplePeer(sampleDeviceId('ff'), 'ab1'));
  expect((await peers.find('OTTER')).id).toBe(sampleDeviceId('ab1'));
  expect((await peers.find('ab1')).id).toBe(sampleDeviceId('ff'));
  expect((await peers.find('AB2')).name).toBe('heron');
  await expect(peers.find('ab')).rejects.toMatchObject({ code: 'ambiguous', subject: 'ab' });
  for (const unknown of ['', 'c', '%', 'ab1g', `${sampleDeviceId('ab1')}0`]) {
    await expect(peers.find(unknown)).rejects.toMatchObject({ code: 'unknown-peer' });
  }
});

it('forgets grants and offers of a peer with the peer', async () => {
  await using temp = await makeTempState();
  const { peers, grants, offers } = temp.state;
  await peers.add(samplePeer(ALICE, 'otter'));
  await grants.create(sampleGrant(1));
  await grants.create(sampleGrant(2, { puller: BOB, orderer: ALICE }));
  await grants.create(sampleGrant(3, { puller: BOB }));
  await offers.put(sampleOffer('1', 1_000));
  expect((await peers.remove(ALICE)).name).toBe('otter');
  const left = await Promise.all([1, 2, 3].map((byte) => grants.find(new Uint8Array(32).fill(byte), 1_001)));
  expect(left.map((grant) => grant !== null)).toEqual([false, false, true]);
  expect(await offers.get({ orderer: ALICE, job: sampleJobId('1') })).toBeNull();
  await expect(peers.remove(ALICE)).rejects.toMatchObject({ code: 'unknown-peer' });
});

it('never lets two peers share a name, however they are called', async () => {
  await using temp = await makeTempState();
  const { peers } = temp.state;
  const awkward = fc.constantFrom('a', 'A', 'a 2', 'A 2', 'ﬁ', 'fi', 'e\u0301', '\u00e9', '', '  ', 'ß', 'İ');
  const names = fc.array(fc.oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 5 })), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(names, async (wanted) => {
      const ids = wanted.map((_, index) => sampleDeviceId(index.toString(16).padStart(4, '0')) as DeviceId);
      await Promise.all(wanted.map((name, index) => peers.add(samplePeer(ids[index] ?? SELF, name))));
      const list = await peers.list();
      expect(new Set(list.map((peer) => nameKey(peer.name))).size).toBe(wanted.length);
      for (const peer of list) expect((await peers.find(peer.name)).id).toBe(peer.id);
      await Promise.all(ids.map((id) => peers.remove(id)));
    }),
    { numRuns: 60 },
  );
});

it('numbers a name that is taken from 2 on', () => {
  const taken = new Set(['otter', 'otter 2'].map(nameKey));
  expect(freeName('Otter', (key) => taken.has(key))).toBe('Otter 3');
  expect(freeName('heron', (key) => taken.has(key))).toBe('heron');
});

it('renames to a name that is free, and keeps what a device calls itself apart from that', async () => {
  await using temp = await makeTempState();
  const { peers } = temp.state;
  await peers.add(samplePeer(ALICE, 'otter'));
  await peers.add(samplePeer(BOB, 'heron'));
  expect(await peers.rename(ALICE, 'Otter')).toMatchObject({ name: 'Otter', announcedName: 'otter' });
  await expect(peers.rename(ALICE, 'HERON')).rejects.toMatchObject({ code: 'usage', reason: 'name in use' });
  expect(await peers.rename(ALICE, 'Studio')).toMatchObject({ name: 'Studio' });
  expect((await peers.find('studio')).id).toBe(ALICE);
  await expect(peers.find('otter')).rejects.toMatchObject({ code: 'unknown-peer' });
  expect(await peers.setAnnouncedName(ALICE, 'Anna')).toMatchObject({
    name: 'Studio',
    announcedName: 'Anna',
  });
});

it('remembers so many keys that are kept out, until the device is paired again', async () => {
  await using temp = await makeTempState();
  const { peers } = temp.state;
  await peers.add(samplePeer(ALICE, 'otter'));
  for (let number = 0; number < 40; number += 1) await peers.block(ALICE, `key ${number}`);
  const { blockedShortIds } = await peers.block(ALICE, 'key 20');
  expect(blockedShortIds).toHaveLength(32);
  expect([blockedShortIds[0], blockedShortIds.at(-1)]).toEqual(['key 8', 'key 20']);
  expect((await peers.add(samplePeer(ALICE, 'otter'))).blockedShortIds).toEqual([]);
});
