import { expect, it } from 'vitest';
import { ALICE, BOB, samplePeer } from '../testing/sample-records.ts';
import { makeTempState } from '../testing/temp-state.ts';

const WAY = { peer: ALICE, interfaceName: 'eth0', streams: 3, bytesPerSecond: 1_000_000, measuredMs: 5 };

it('remembers each way to a peer by its interface, the latest measurement of each', async () => {
  await using temp = await makeTempState();
  const { peers, ways } = temp.state;
  await peers.add(samplePeer(ALICE, 'alice'));
  await ways.put(WAY);
  await ways.put({ ...WAY, interfaceName: 'wlan0', streams: 8 });
  await ways.put({ ...WAY, streams: 2, bytesPerSecond: 2.4 });
  expect(await ways.list()).toEqual([
    { ...WAY, streams: 2, bytesPerSecond: 2 },
    { ...WAY, interfaceName: 'wlan0', streams: 8 },
  ]);
});

it('keeps nothing of devices that are not paired, and forgets with the pairing', async () => {
  await using temp = await makeTempState();
  const { peers, ways } = temp.state;
  await ways.put({ ...WAY, peer: BOB });
  expect(await ways.list()).toEqual([]);
  await peers.add(samplePeer(ALICE, 'alice'));
  await ways.put(WAY);
  await peers.remove(ALICE);
  await peers.add(samplePeer(ALICE, 'alice'));
  expect(await ways.list()).toEqual([]);
});
