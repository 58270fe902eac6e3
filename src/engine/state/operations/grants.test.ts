import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ALICE, BOB, SELF, sampleGrant, sampleJobId, sampleOffer } from '../testing/sample-records.ts';
import { makeTempState } from '../testing/temp-state.ts';
import { SILENT_GRANT_MS, UNUSED_GRANT_MS } from './grant-operations.ts';
import { MAX_EPOCHS } from './meta-operations.ts';

const KEY = { orderer: SELF, job: sampleJobId('9') };
const hash = (byte: number) => new Uint8Array(32).fill(byte);

it('round-trips a grant, paths byte for byte', async () => {
  await using temp = await makeTempState();
  const { grants } = temp.state;
  const grant = sampleGrant(1);
  await grants.create(grant);
  expect(await grants.find(hash(1), 1_000)).toEqual(grant);
  expect(await grants.find(hash(2), 1_000)).toBeNull();
  expect(await grants.listByJob(KEY)).toEqual([grant]);
  await grants.raiseCap(hash(1), 500);
  await grants.raiseCap(hash(1), 50);
  expect((await grants.find(hash(1), 1_000))?.capBytes).toBe(500);
  await expect(grants.create(grant)).rejects.toMatchObject({ code: 'internal' });
  await expect(grants.create(sampleGrant(3, { secretHash: new Uint8Array(31) }))).rejects.toMatchObject({
    code: 'internal',
  });
});

it('ends a grant that is never used, but not one whose offer nobody has answered', async () => {
  await using temp = await makeTempState();
  const { grants } = temp.state;
  await grants.create(sampleGrant(1));
  await grants.create(sampleGrant(2, { pendingOffer: true }));
  const over = 1_000 + UNUSED_GRANT_MS;
  expect(await grants.find(hash(1), over - 1)).not.toBeNull();
  // Over by its time, not by the sweep.
  expect(await grants.find(hash(1), over)).toBeNull();
  await expect(grants.use(hash(1), over)).rejects.toMatchObject({ code: 'expired' });
  expect((await grants.expire(over)).map((grant) => grant.secretHash)).toEqual([hash(1)]);

  await grants.offerAccepted(hash(2), over);
  expect(await grants.find(hash(2), over + UNUSED_GRANT_MS - 1)).toMatchObject({ pendingOffer: false });
  expect(await grants.find(hash(2), over + UNUSED_GRANT_MS)).toBeNull();
});

it('lets a used grant live until its puller is silent for 30 days', async () => {
  await using temp = await makeTempState();
  const { grants } = temp.state;
  await grants.create(sampleGrant(1, { pendingOffer: true }));
  expect(await grants.use(hash(1), 2_000)).toMatchObject({
    firstUsedMs: 2_000,
    lastContactMs: 2_000,
    pendingOffer: false,
  });
  const later = 2_000 + SILENT_GRANT_MS - 1;
  expect(await grants.use(hash(1), later)).toMatchObject({ firstUsedMs: 2_000, lastContactMs: later });
  expect(await grants.expire(later + SILENT_GRANT_MS - 1)).toEqual([]);
  expect(await grants.expire(later + SILENT_GRANT_MS)).toHaveLength(1);
});

it('looks up and sweeps by one rule', async () => {
  await using temp = await makeTempState();
  const { grants } = temp.state;
  const time = fc.integer({ min: 0, max: 2 * SILENT_GRANT_MS });
  await fc.assert(
    fc.asyncProperty(fc.boolean(), time, fc.option(time), time, async (pendingOffer, armedMs, used, now) => {
      await grants.create(sampleGrant(1, { pendingOffer, armedMs, firstUsedMs: used, lastContactMs: used }));
      const alive = (await grants.find(hash(1), now)) !== null;
      const swept = await grants.expire(now);
      expect(swept).toHaveLength(alive ? 0 : 1);
      await grants.revokeByJob(KEY);
    }),
    { numRuns: 100 },
  );
});

it('revokes by job and by peer and returns what it revoked', async () => {
  await using temp = await makeTempState();
  const { grants } = temp.state;
  await grants.create(sampleGrant(1));
  await grants.create(sampleGrant(2, { puller: BOB, orderer: ALICE }));
  await grants.create(sampleGrant(3, { puller: BOB }));
  expect(await grants.revokeByPeer(ALICE)).toHaveLength(2);
  expect(await grants.revokeByJob(KEY)).toMatchObject([{ secretHash: hash(3) }]);
  expect(await grants.expire(Number.MAX_SAFE_INTEGER)).toEqual([]);
});

it('round-trips offers until they are answered or expire', async () => {
  await using temp = await makeTempState();
  const { offers } = temp.state;
  const offer = sampleOffer('1', 1_000);
  const key = { orderer: ALICE, job: sampleJobId('1') };
  await offers.put(offer);
  await offers.put({ ...offer, view: { ...offer.view, bytes: 99, complete: true } });
  expect(await offers.get(key)).toMatchObject({ view: { bytes: 99, complete: true }, detail: offer.detail });
  await offers.put(sampleOffer('2', 2_000));
  expect((await offers.list(999)).map((each) => each.job)).toEqual(['1', '2'].map(sampleJobId));
  expect((await offers.list(1_000)).map((each) => each.job)).toEqual([sampleJobId('2')]);
  expect((await offers.findByPrefix('2')).job).toBe(sampleJobId('2'));
  await expect(offers.findByPrefix('3')).rejects.toMatchObject({ code: 'unknown-job' });
  expect((await offers.expire(1_000)).map((each) => each.job)).toEqual([sampleJobId('1')]);
  expect(await offers.remove({ ...key, job: sampleJobId('2') })).toEqual(sampleOffer('2', 2_000));
  expect(await offers.remove({ ...key, job: sampleJobId('2') })).toBeNull();
});

it('remembers restart epochs, newest first, bounded', async () => {
  await using temp = await makeTempState();
  const { meta } = temp.state;
  const first = await meta.beginEpoch(1);
  const second = await meta.beginEpoch(2);
  expect(first.epoch).toMatch(/^[0-9a-f]{32}$/);
  expect(await meta.epochs()).toEqual([second, first]);
  await Promise.all(Array.from({ length: MAX_EPOCHS }, (_, index) => meta.beginEpoch(index)));
  const epochs = await meta.epochs();
  expect(epochs).toHaveLength(MAX_EPOCHS);
  expect(epochs).not.toContainEqual(second);
});

it('keeps single values', async () => {
  await using temp = await makeTempState();
  const { meta } = temp.state;
  expect(await meta.get('control-socket')).toBeNull();
  await meta.set('control-socket', '/a');
  await meta.set('control-socket', '/b');
  expect(await meta.get('control-socket')).toBe('/b');
  await meta.remove('control-socket');
  expect(await meta.get('control-socket')).toBeNull();
});
