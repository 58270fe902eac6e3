import { describe, expect, test } from 'vitest';
import { LATER, type RemoteSource } from '../source/source.ts';
import { fromText } from '../wire/byte-name.ts';
import { AWAY_STATUS, BLOCK_BYTES, PULLER_FRAME, SOURCE_FRAME } from '../wire/data-frame.ts';
import type { Outcome } from '../wire/data-run-table.ts';
import { encodeWantBlock } from '../wire/data-wants.ts';
import type { ListingRecord } from '../wire/listing-page.ts';
import { ServeJob } from './serve-job.ts';
import { JOB, memorySource, RawPuller, settled } from './testing/raw-puller.ts';

const version = { size: 10 * BLOCK_BYTES, mtimeSec: 1, mtimeNs: 2, ctimeSec: 3, ctimeNs: 4 };
const blockWant = encodeWantBlock({ path: [fromText('file')], version, offset: 0, length: 16 });

/** A source that somebody else holds, as a test has it. */
class Remote implements RemoteSource {
  isAway = false;
  readonly readsAtOnce = 3;
  readonly listed: ListingRecord[] = [{ kind: 'enter', folder: 0 }];
  isListed = false;
  readonly reads: ((outcome: Outcome) => void)[] = [];
  #tell: () => void = () => undefined;

  watch(listener: () => void): void {
    this.#tell = listener;
  }

  change(change: () => void): void {
    change();
    this.#tell();
  }

  serve() {
    const job = new ServeJob(
      JOB,
      memorySource(0, {
        remote: this,
        records: () => ({
          next: () => {
            const value = this.listed.shift();
            if (value !== undefined) return { done: false, value };
            return this.isListed ? { done: true, value: undefined } : { done: false, value: LATER };
          },
        }),
        readBlock: () => new Promise((resolve) => this.reads.push(resolve)),
      }),
      null,
    );
    return new RawPuller(() => job);
  }
}

function fileRecord(name: string): ListingRecord {
  return { kind: 'file', name: fromText(name), mode: 0o644, version, holeBytes: 0, group: 0 };
}

describe('a source that somebody else holds', () => {
  test('lists as it comes, and ends when it says so', async () => {
    const remote = new Remote();
    const puller = remote.serve();
    puller.open();
    puller.list(0, 4);
    await settled();
    expect(puller.tagsOf(SOURCE_FRAME.page)).toEqual([0]);
    expect(puller.tagsOf(SOURCE_FRAME.listingEnd)).toEqual([]);
    remote.change(() => remote.listed.push(fileRecord('a')));
    await settled();
    expect(puller.tagsOf(SOURCE_FRAME.page)).toEqual([0, 1]);
    remote.change(() => (remote.isListed = true));
    await settled();
    expect(puller.tagsOf(SOURCE_FRAME.listingEnd)).toHaveLength(1);
  });

  test('is asked several times at once and answers in any order', async () => {
    const remote = new Remote();
    const puller = remote.serve();
    puller.open();
    puller.list(0, 4);
    for (let tag = 1; tag <= 5; tag++) puller.send(PULLER_FRAME.wantBlock, tag, blockWant);
    await settled();
    expect(remote.reads).toHaveLength(3);
    remote.reads[2]?.({ status: 'vanished' });
    await settled();
    expect(puller.tagsOf(SOURCE_FRAME.block)).toEqual([3]);
    expect(remote.reads).toHaveLength(4);
    for (const read of remote.reads) read({ status: 'ok', length: 16 });
    await settled();
    for (const read of remote.reads) read({ status: 'ok', length: 16 });
    await settled();
    expect(puller.tagsOf(SOURCE_FRAME.block).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
  });

  test('says that it is away, also to who connects then, and that it is back', async () => {
    const remote = new Remote();
    const first = remote.serve();
    first.open();
    await settled();
    const away = (puller: RawPuller) =>
      puller.answers.filter(({ kind }) => kind === SOURCE_FRAME.away).map(({ status }) => status);
    expect(away(first)).toEqual([]);
    remote.change(() => (remote.isAway = true));
    await settled();
    expect(away(first)).toEqual([AWAY_STATUS.away]);
    remote.change(() => (remote.isAway = false));
    remote.change(() => undefined);
    await settled();
    expect(away(first)).toEqual([AWAY_STATUS.away, AWAY_STATUS.back]);
    remote.isAway = true;
    const late = remote.serve();
    late.open();
    await settled();
    expect(away(late)).toEqual([AWAY_STATUS.away]);
  });

  test('ends with a failure when a read fails', async () => {
    const remote = new Remote();
    const puller = remote.serve();
    puller.open();
    puller.send(PULLER_FRAME.wantBlock, 1, blockWant);
    await settled();
    remote.reads[0]?.(Promise.reject(new Error('broken')) as never);
    expect(await puller.served).toMatchObject({ code: 'internal' });
    expect(puller.tagsOf(SOURCE_FRAME.refused)).toHaveLength(1);
  });
});
