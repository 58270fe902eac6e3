import { expect, test } from 'vitest';
import type { StageTimes } from '../../shared/job.ts';
import { fromText } from '../wire/byte-name.ts';
import { AWAY_STATUS, HEADER_BYTES, NO_HASH, SOURCE_FRAME, writeHeader } from '../wire/data-frame.ts';
import type { DataReader } from './data-socket.ts';
import { PullStream } from './pull-stream.ts';
import type { PullWork } from './pull-work.ts';
import { StageClock } from './stage-clock.ts';
import { JOB, SECRET } from './testing/raw-puller.ts';

const version = { size: 1, mtimeSec: 1, mtimeNs: 2, ctimeSec: 3, ctimeNs: 4 };

test('while the source is away what it owes is no fault, and when it is back it is again', async () => {
  let reader: DataReader | null = null;
  const told: boolean[] = [];
  const work: PullWork[] = [
    { kind: 'hash', folder: 0, sourceName: fromText('a'), version, resolve: () => undefined },
  ];
  const stream: PullStream = new PullStream(
    { attach: (attached) => (reader = attached), write: () => undefined, destroy: () => undefined },
    {
      pathOf: () => [],
      takeWork: () => work.pop() ?? null,
      onPage: () => undefined,
      onListingEnd: () => undefined,
      onRun: () => undefined,
      onBlock: () => null,
      onHash: () => undefined,
      onAsk: () => undefined,
      onCommitted: () => undefined,
      onSourceTimes: (_times: StageTimes) => undefined,
      onSourceAway: () => told.push(stream.isSourceAway),
      onLost: () => undefined,
    },
    new StageClock(),
  );
  const frame = (kind: number, status: number) => {
    const header = Buffer.alloc(HEADER_BYTES);
    writeHeader(header, {
      kind,
      status,
      tag: 0,
      metaLength: 0,
      length: 0,
      isCompressed: false,
      hash: NO_HASH,
    });
    reader?.room().set(header);
    reader?.filled(header.length);
  };
  const opened = stream.open({ job: JOB, secret: SECRET });
  frame(SOURCE_FRAME.opened, 0);
  await opened;
  stream.pump();
  expect(stream.isIdle).toBe(false);
  frame(SOURCE_FRAME.away, AWAY_STATUS.away);
  expect(stream.isIdle).toBe(true);
  frame(SOURCE_FRAME.away, AWAY_STATUS.back);
  expect(stream.isIdle).toBe(false);
  expect(told).toEqual([true, false]);
});
