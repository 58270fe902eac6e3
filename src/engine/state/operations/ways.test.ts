import { expect, it } from 'vitest';
import { ALICE, BOB, samplePeer } from '../testing/sample-records.ts';
import { makeTempState } from '../testing/temp-state.ts';

const WAY = { streams: 3, bytesPerSecond: 1_000_000, measuredMs: 5 };

it('remembers each way to a peer by its interface, the latest measurement of each', async () => {
  await using temp = await makeTempState();
  const { peers, ways } = temp.state;
  const { id } = await peers.add(samplePeer(ALICE, 'alice'));
  await ways.put(id, 'eth0', WAY);
  await ways.put(id, 'wlan0', { ...WAY, streams: 8 });
  await ways.put(id, 'eth0', { ...WAY, streams: 2, bytesPerSecond: 2.4 });
  expect(await ways.get(id, 'eth0')).toEqual({ ...WAY, streams: 2, bytesPerSecond: 2 });
  expect(await ways.get(id, 'wlan0')).toEqual({ ...WAY, streams: 8 });
  expect(await ways.get(id, 'lo')).toBeNull();
});

it('keeps nothing of devices that are not paired, and forgets with the pairing', async () => {
  await using temp = await makeTempState();
  const { peers, ways } = temp.state;
  const stranger = samplePeer(BOB, 'bob');
  await ways.put(stranger.id, 'eth0', WAY);
  expect(await ways.get(stranger.id, 'eth0')).toBeNull();
  const { id } = await peers.add(samplePeer(ALICE, 'alice'));
  await ways.put(id, 'eth0', WAY);
  await peers.remove(id);
  await peers.add(samplePeer(ALICE, 'alice'));
  expect(await ways.get(id, 'eth0')).toBeNull();
});
