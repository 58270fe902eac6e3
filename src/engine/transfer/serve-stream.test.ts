import { duplexPair } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { describe, expect, test, vi } from 'vitest';
import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Source } from '../source/source.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { fromText } from '../wire/byte-name.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { BLOCK_BYTES, PULLER_FRAME, SOURCE_FRAME, STATUS } from '../wire/data-frame.ts';
import { encodeCommit, encodeGroups, encodeWantBlock } from '../wire/data-wants.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../wire/limits.ts';
import { type ListingRecord, readPage } from '../wire/listing-page.ts';
import { ServeJob } from './serve-job.ts';
import { JOB, memorySource, RawPuller, settled } from './testing/raw-puller.ts';
import { WorkerServer } from './worker-server.ts';

const misbehaved = expect.objectContaining({ code: 'peer-misbehaved' });
const version = { size: 10 * BLOCK_BYTES, mtimeSec: 1, mtimeNs: 2, ctimeSec: 3, ctimeNs: 4 };
const path = [fromText('file')];
const blockWant = encodeWantBlock({ path, version, offset: 0, length: BLOCK_BYTES });

function serve(files = 3, change: Parameters<typeof memorySource>[1] = {}, maxRestarts?: number) {
  const job = new ServeJob(
    JOB,
    memorySource(files, change),
    null,
    maxRestarts === undefined ? {} : { maxRestarts },
  );
  return { job, connect: () => new RawPuller(() => job) };
}

test('hashes of more content than was listed are refused, before it is read', async () => {
  const hashFile = vi.fn<Source['hashFile']>();
  const puller = serve(3, { hashFile }).connect();
  puller.open();
  puller.list(0, 4);
  const files = [{ name: fromText('file'), version: { ...version, size: 300 * BLOCK_BYTES } }];
  puller.send(PULLER_FRAME.wantHashes, 1, encodeGroups([{ folder: [], files }]));
  expect(await puller.served).toMatchObject({ code: 'over-cap' });
  expect(hashFile).not.toHaveBeenCalled();
});

describe('the listing', () => {
  test('20,000 files come in as many pages as were asked for, and add up', async () => {
    const puller = serve(20_000).connect();
    puller.open();
    puller.list(0, 4);
    await settled();
    expect(puller.tagsOf(SOURCE_FRAME.page)).toEqual([0, 1, 2, 3]);
    for (let arrived = 1; puller.tagsOf(SOURCE_FRAME.listingEnd).length === 0; arrived++) {
      puller.send(PULLER_FRAME.credit, arrived);
      await settled();
      expect(puller.tagsOf(SOURCE_FRAME.page).length).toBeLessThanOrEqual(4 + arrived);
    }
    const pages = puller.answers.filter(({ kind }) => kind === SOURCE_FRAME.page);
    expect(pages.map(({ tag }) => tag)).toEqual(pages.map((_page, number) => number));
    for (const { hash, meta } of pages) expect(hash.equals(hashBytes(meta))).toBe(true);
    const all = pages.flatMap(({ meta }) => readPage(meta)).filter(({ kind }) => kind !== 'enter');
    expect(all).toHaveLength(20_000);
    const chain = pages.reduce<Buffer>(
      (sum, { hash }) => hashBytes(Buffer.concat([sum, hash])),
      Buffer.alloc(32),
    );
    const end = new ByteReader(
      puller.answers.find(({ kind }) => kind === SOURCE_FRAME.listingEnd)?.meta ?? Buffer.alloc(0),
    );
    expect([end.u64(), end.u64(), end.u64()]).toEqual([20_000, 20_000, 0]);
    expect(end.bytes(32).equals(chain)).toBe(true);
  });

  test('goes on over another connection where the first left off, and over that one only', async () => {
    const { connect } = serve(9_500);
    const first = connect();
    first.open();
    first.list(0, 4);
    await settled();
    expect(first.tagsOf(SOURCE_FRAME.page)).toEqual([0, 1, 2, 3]);
    // Two pages arrived; the other two were lost on the way. The first connection is not known to be dead.
    const second = connect();
    second.open();
    second.list(2, 4);
    await settled();
    first.send(PULLER_FRAME.credit, 4);
    await settled();
    expect(second.tagsOf(SOURCE_FRAME.page)).toEqual([2, 3, 4, 5]);
    expect(first.tagsOf(SOURCE_FRAME.page)).toEqual([0, 1, 2, 3]);
    for (let page = 3; page < 12; page++) second.send(PULLER_FRAME.credit, page);
    await settled();
    expect(second.tagsOf(SOURCE_FRAME.page)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(second.tagsOf(SOURCE_FRAME.listingEnd)).toHaveLength(1);
    expect(first.tagsOf(SOURCE_FRAME.listingEnd)).toHaveLength(0);
  });

  test('pages that are not kept any more cannot be had again', async () => {
    const { connect } = serve(9_500);
    const puller = connect();
    puller.open();
    puller.list(0, 4);
    await settled();
    puller.send(PULLER_FRAME.credit, 3);
    await settled();
    const late = connect();
    late.open();
    late.list(1, 4);
    expect(await late.served).toMatchObject({ code: 'interrupted' });
    // A page of another listing would be a broken rule to who waits for the next one of its own.
    expect(late.tagsOf(SOURCE_FRAME.page)).toEqual([]);
    const ahead = connect();
    ahead.open();
    ahead.list(9, 4);
    expect(await ahead.served).toMatchObject({ code: 'interrupted' });
  });

  /** Lists from the beginning over a new connection, and says that page 0 has come. */
  async function listAgain(connect: () => RawPuller): Promise<RawPuller> {
    const puller = connect();
    puller.open();
    puller.list(0, 4);
    await settled();
    puller.send(PULLER_FRAME.credit, 1);
    await settled();
    return puller;
  }

  test('begins anew while nobody has asked for content, with what is there by then', async () => {
    let files = 4_500;
    const { connect, job } = serve(0, { records: () => memorySource(files).records() });
    const first = await listAgain(connect);
    expect(job.totals.files).toBe(4_500);
    files = 10;
    const second = await listAgain(connect);
    expect(second.tagsOf(SOURCE_FRAME.page)).toEqual([0]);
    expect(second.tagsOf(SOURCE_FRAME.listingEnd)).toHaveLength(1);
    expect(job.totals).toEqual({ entries: 10, files: 10, bytes: 0 });
    const [page] = second.answers.filter(({ kind }) => kind === SOURCE_FRAME.page);
    const digest = hashBytes(Buffer.concat([Buffer.alloc(32), page?.hash ?? Buffer.alloc(0)]));
    expect(job.commit({ entries: 10, listingDigest: digest })).toBe('whole');
    // What the connection before says of its own listing means nothing for this one.
    const third = connect();
    third.open();
    third.list(0, 1);
    await settled();
    first.send(PULLER_FRAME.credit, 9);
    third.send(PULLER_FRAME.wantBlock, 1, blockWant);
    await settled();
    const fourth = connect();
    fourth.open();
    fourth.list(0, 1);
    await settled();
    expect(fourth.tagsOf(SOURCE_FRAME.page)).toEqual([0]);
  });

  test('once content was asked for it begins anew only for a puller that has lost it', async () => {
    let walks = 0;
    const records = () => {
      walks += 1;
      return memorySource(4_500).records();
    };
    const { connect, job } = serve(0, { records });
    const first = connect();
    first.open();
    first.list(0, 1);
    first.send(PULLER_FRAME.wantBlock, 1, blockWant);
    await settled();
    const second = await listAgain(connect);
    expect([walks, second.tagsOf(SOURCE_FRAME.page)]).toEqual([1, [0, 1, 2, 3, 4]]);
    const third = await listAgain(connect);
    expect([walks, third.tagsOf(SOURCE_FRAME.page)]).toEqual([2, [0, 1, 2, 3, 4]]);
    expect(job.totals.files).toBe(4_500);
  });

  test('does not begin anew for ever', async () => {
    let walks = 0;
    const records = () => {
      walks += 1;
      return memorySource(4_500).records();
    };
    const { connect } = serve(0, { records }, 6);
    for (let round = 0; round < 7; round++) await listAgain(connect);
    expect(await (await listAgain(connect)).served).toMatchObject({ code: 'interrupted' });
    expect(walks).toBe(7);
  });

  test('a walk that fails is never a listing that ends', async () => {
    function* records(): Generator<ListingRecord, void> {
      yield { kind: 'enter', folder: 0 };
      throw new Failure('io', { reason: 'EIO' });
    }
    const { connect } = serve(0, { records });
    for (let round = 0; round < 2; round++) {
      const puller = connect();
      puller.open();
      puller.list(0, 4);
      expect(await puller.served).toMatchObject({ code: 'io' });
      expect(puller.tagsOf(SOURCE_FRAME.listingEnd)).toEqual([]);
    }
  });

  test('a commit is the same listing, another one, or of before a restart', async () => {
    const { job, connect } = serve(3);
    const puller = connect();
    puller.open();
    const commit = (entries: number) =>
      puller.send(PULLER_FRAME.commit, 9, encodeCommit({ entries, listingDigest: job.listingDigest }));
    commit(3);
    await settled();
    puller.list(0, 4);
    await settled();
    commit(3);
    commit(4);
    await settled();
    const committed = puller.answers.filter(({ kind }) => kind === SOURCE_FRAME.committed);
    expect(committed.map(({ status }) => status)).toEqual([STATUS.vanished, STATUS.ok, STATUS.changed]);
  });
});

describe('a puller that misbehaves', () => {
  test.each(['list', 'credit', 'wantBlock', 'wantRun', 'wantHash', 'commit'] as const)(
    'asks for %s before it shows a grant',
    async (kind) => {
      const puller = serve().connect();
      puller.send(PULLER_FRAME[kind], 0, Buffer.alloc(4));
      expect(await puller.served).toEqual(misbehaved);
    },
  );

  const openedThen: readonly (readonly [string, (puller: RawPuller) => void])[] = [
    ['opens twice', (puller) => puller.open()],
    ['sends an unknown frame', (puller) => puller.send(99)],
    [
      'sends a want that is cut off',
      (puller) => puller.send(PULLER_FRAME.wantBlock, 1, blockWant.subarray(0, 20)),
    ],
    ['sends garbage as a run', (puller) => puller.send(PULLER_FRAME.wantRun, 1, Buffer.alloc(100, 0xee))],
    ['sends an empty list', (puller) => puller.send(PULLER_FRAME.list, 0)],
    ['sends an empty commit', (puller) => puller.send(PULLER_FRAME.commit, 0)],
    ['sends reserved bits', (puller) => puller.socket.write(Buffer.alloc(12, 1))],
    [
      'asks for more than may wait',
      (puller) => {
        for (let tag = 0; tag < 2_000; tag++) puller.send(PULLER_FRAME.wantBlock, tag, blockWant);
      },
    ],
  ];
  test.each(openedThen)('%s', async (_what, step) => {
    const puller = serve().connect();
    puller.open();
    await settled();
    step(puller);
    expect(await puller.served).toEqual(misbehaved);
  });

  test('asks for the same bytes for ever', async () => {
    const puller = serve().connect();
    puller.open();
    puller.list(0, 4);
    for (let tag = 0; tag < 300; tag++) {
      puller.send(PULLER_FRAME.wantBlock, tag, blockWant);
      if (tag % 100 === 99) await settled();
    }
    expect(await puller.served).toMatchObject({ code: 'over-cap' });
    expect(puller.tagsOf(SOURCE_FRAME.block).length).toBeLessThanOrEqual(256);
  });

  test('loses what was under way with each connection, and may ask for that again', async () => {
    const { connect, job } = serve();
    let served = 0;
    for (let connection = 0; connection < 60; connection++) {
      job.connected();
      const puller = connect();
      puller.open();
      puller.list(0, 4);
      for (let tag = 0; tag < 8; tag++) puller.send(PULLER_FRAME.wantBlock, tag, blockWant);
      await settled();
      served += puller.tagsOf(SOURCE_FRAME.block).length;
      puller.socket.destroy();
    }
    expect(served).toBe(480);
  });

  test('goes on after a restart of this source, which has nothing to judge by: it is sent back to the beginning', async () => {
    const puller = serve().connect();
    puller.open();
    for (let tag = 0; tag < 300; tag++) {
      puller.send(PULLER_FRAME.wantBlock, tag, blockWant);
      if (tag % 100 === 99) await settled();
    }
    expect(await puller.served).toMatchObject({ code: 'interrupted' });
    expect(puller.tagsOf(SOURCE_FRAME.block).length).toBe(256);
    expect(puller.answers.at(-1)?.meta.toString('latin1')).toBe('interrupted');
  });

  test('is refused with the reason, and nothing else', async () => {
    const puller = new RawPuller(() => {
      throw new Failure('no-right', { subject: '/a/path/of/ours', reason: 'grant' });
    });
    puller.open();
    expect(await puller.served).toMatchObject({ code: 'no-right' });
    await settled();
    expect(puller.answers).toMatchObject([{ kind: SOURCE_FRAME.refused, length: 0 }]);
    expect(puller.answers[0]?.meta.toString('latin1')).toBe('no-right');
  });
});

test('a puller that reads nothing holds a few buffers, and none when it has left', async () => {
  let reads = 0;
  const readBlock = () => {
    reads += 1;
    return { status: 'ok' as const, length: BLOCK_BYTES };
  };
  const puller = serve(3, { readBlock }).connect();
  puller.open();
  await settled();
  puller.stopReading();
  for (let tag = 0; tag < 100; tag++) puller.send(PULLER_FRAME.wantBlock, tag, blockWant);
  await settled();
  expect(reads).toBeLessThanOrEqual(5);
  puller.socket.destroy();
  expect(await puller.served).toBeNull();
});

test('answers come in the order of the wants, whatever became of each', async () => {
  const outcomes = [
    { status: 'ok', length: BLOCK_BYTES },
    { status: 'hole' },
    { status: 'vanished' },
    { status: 'unreadable', reason: 'EACCES' },
    { status: 'changed', version, mode: 0o600 },
  ] as const;
  let next = 0;
  const puller = serve(3, { readBlock: () => outcomes[next++] ?? { status: 'vanished' } }).connect();
  puller.open();
  for (let tag = 1; tag <= 5; tag++) puller.send(PULLER_FRAME.wantBlock, tag, blockWant);
  const files = [{ name: fromText('a'), version: { ...version, size: 1 } }];
  puller.send(PULLER_FRAME.wantRun, 6, encodeGroups([{ folder: [], files }]));
  await settled();
  const answers = puller.answers.filter(
    ({ kind }) => kind === SOURCE_FRAME.block || kind === SOURCE_FRAME.run,
  );
  expect(answers.map(({ tag, status, length }) => [tag, status, length])).toEqual([
    [1, STATUS.ok, BLOCK_BYTES],
    [2, STATUS.hole, 0],
    [3, STATUS.vanished, 0],
    [4, STATUS.unreadable, 0],
    [5, STATUS.changed, 0],
    [6, STATUS.ok, 0],
  ]);
});

test('whoever opens a connection and says nothing is shown out', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const [theirs, pipe] = duplexPair();
    const ours = Object.assign(pipe, { setTimeout: () => pipe });
    const server = new WorkerServer(() => undefined, new Set());
    const serving = server.serve(
      ours as unknown as TLSSocket,
      'ab'.repeat(32) as DeviceId,
      new AbortController().signal,
    );
    await vi.advanceTimersByTimeAsync(HANDSHAKE_TIMEOUT_MS - 1);
    expect(ours.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(ours.destroyed).toBe(true);
    await serving;
    theirs.destroy();
  } finally {
    vi.useRealTimers();
  }
});
