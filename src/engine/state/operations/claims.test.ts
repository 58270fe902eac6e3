import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ClaimRecord } from '../records.ts';
import { SELF, sampleJob, sampleJobId, sampleResult } from '../testing/sample-records.ts';
import { makeTempState } from '../testing/temp-state.ts';

const KEY = { orderer: SELF, job: sampleJobId(1) };
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const VERSION = new Uint8Array(32).fill(7);

function claim(path: string, firstBlock: number, change: Partial<ClaimRecord> = {}): ClaimRecord {
  return {
    path: bytes(path),
    firstBlock,
    part: bytes('.ferry-1-2.part'),
    version: VERSION,
    hashes: new Uint8Array(64).fill(firstBlock),
    ...change,
  };
}

it('keeps what is claimed, by path and block', async () => {
  await using temp = await makeTempState();
  const { jobs, claims } = temp.state;
  await jobs.put(sampleJob(1));
  await claims.add(KEY, [claim('b', 0), claim('a', 64), claim('a', 2)]);
  await claims.add(KEY, [claim('a', 2, { hashes: new Uint8Array(32).fill(9) })]);
  expect(await claims.list(KEY)).toEqual([
    claim('a', 2, { hashes: new Uint8Array(32).fill(9) }),
    claim('a', 64),
    claim('b', 0),
  ]);
});

it('forgets blocks of another version and of another part of the same file', async () => {
  await using temp = await makeTempState();
  const { jobs, claims } = temp.state;
  await jobs.put(sampleJob(1));
  await claims.add(KEY, [claim('a', 0), claim('a', 64), claim('b', 0)]);
  const changed = claim('a', 128, { version: new Uint8Array(32).fill(8) });
  await claims.add(KEY, [changed]);
  expect(await claims.list(KEY)).toEqual([changed, claim('b', 0)]);
  const elsewhere = claim('b', 5, { part: bytes('.ferry-1-3.part') });
  await claims.add(KEY, [elsewhere]);
  expect(await claims.list(KEY)).toEqual([changed, elsewhere]);
});

it('drops files, jobs, and what a forgotten job had', async () => {
  await using temp = await makeTempState();
  const { jobs, claims } = temp.state;
  await jobs.put(sampleJob(1));
  await claims.add(KEY, [claim('a', 0), claim('a', 64), claim('b', 0)]);
  await claims.drop(KEY, [bytes('a')]);
  expect(await claims.list(KEY)).toEqual([claim('b', 0)]);
  await claims.dropAll(KEY);
  expect(await claims.list(KEY)).toEqual([]);
  await claims.add(KEY, [claim('a', 0)]);
  await jobs.remove(KEY);
  expect(await claims.list(KEY)).toEqual([]);
});

it('takes nothing for a job that has ended or is not there', async () => {
  await using temp = await makeTempState();
  const { jobs, claims } = temp.state;
  await claims.add(KEY, [claim('a', 0)]);
  await jobs.put(sampleJob(1, { state: 'done', result: sampleResult({ state: 'done' }) }));
  await claims.add(KEY, [claim('a', 0)]);
  expect(await claims.list(KEY)).toEqual([]);
});

it('brings back any bytes as they were', async () => {
  await using temp = await makeTempState();
  const { jobs, claims } = temp.state;
  await jobs.put(sampleJob(1));
  const any = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const record = fc.record({
    path: fc.uint8Array({ minLength: 1, maxLength: 600 }),
    firstBlock: fc.nat(),
    part: fc.uint8Array({ minLength: 1, maxLength: 255 }),
    version: any(32),
    hashes: fc.uint8Array({ maxLength: 320 }),
  });
  await fc.assert(
    fc.asyncProperty(record, async (one) => {
      await claims.dropAll(KEY);
      await claims.add(KEY, [one]);
      const [kept] = await claims.list(KEY);
      expect(kept).toEqual(one);
    }),
    { numRuns: 50 },
  );
});
