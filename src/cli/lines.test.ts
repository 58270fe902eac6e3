import { expect, test } from 'vitest';
import {
  fakeDevice,
  fakeJob,
  fakeOffer,
  fakePeer,
  fakeProgress,
  fakeResult,
} from '../bridge/testing/fake-values.ts';
import { NO_RUNGS } from '../shared/job.ts';
import {
  toErrorLine,
  toInviteLine,
  toJobLine,
  toOfferLine,
  toPeerLine,
  toProgressLine,
  toReadyLine,
  toResultLine,
  toWaitingLine,
} from './lines.ts';

const JOB = '1'.repeat(32);

test('progress', () => {
  const progress = fakeProgress({ files: 3, bytes: 400, bytesPerSecond: 7, limitedBy: 'link' });
  expect(toProgressLine(fakeJob({ state: 'running', progress }))).toEqual({
    kind: 'progress',
    job: JOB,
    phase: 'copying',
    state: 'running',
    files: 3,
    bytes: 400,
    totalFiles: 10,
    totalBytes: 1_000_000,
    complete: true,
    bytesPerSecond: 7,
    limitedBy: 'link',
  });
  expect(toProgressLine(fakeJob({ state: 'waiting', waitingFor: 'space' }))).toMatchObject({
    state: 'waiting',
    waitingFor: 'space',
  });
});

test('result has every field of the contract, and names what needs exact bytes', () => {
  const result = fakeResult({
    state: 'partial',
    problems: [
      { path: 'a/\u001b[2J', code: 'unreadable', reason: 'EACCES' },
      { path: 'b\\xff', pathBase64: 'Yv8=', code: 'vanished' },
    ],
    problemCount: 2,
  });
  expect(toResultLine(fakeJob({ state: 'partial', result }))).toEqual({
    kind: 'result',
    job: JOB,
    state: 'partial',
    files: 10,
    folders: 2,
    links: 1,
    bytes: 1_000_000,
    unchanged: 0,
    wireBytes: 1_020_000,
    reusedBytes: 0,
    clonedBytes: 0,
    from: { there: 0, here: 0, older: 0 },
    rungs: NO_RUNGS,
    seconds: 0.5,
    streams: 2,
    verified: true,
    problems: [
      {
        path: 'a/\\x1b[2J',
        code: 'unreadable',
        message: 'cannot be read (EACCES). Check its permissions at the source.',
      },
      { path: 'b\\xff', pathBase64: 'Yv8=', code: 'vanished', message: 'disappeared while it was copied.' },
    ],
    problemCount: 2,
    times: result.times,
  });
});

test('an ended job without a result still ends with one', () => {
  expect(toResultLine(fakeJob({ state: 'cancelled' }))).toMatchObject({ kind: 'result', state: 'cancelled' });
});

test('the short ones', () => {
  expect(toReadyLine(fakeDevice(), null)).toEqual({
    kind: 'ready',
    device: { id: 'a'.repeat(64), name: 'quiet otter' },
    addresses: ['127.0.0.1:40001'],
    port: 40_001,
    inbox: '/tmp/inbox',
    web: null,
  });
  expect(toPeerLine(fakePeer())).toEqual({
    kind: 'peer',
    id: 'b'.repeat(64),
    name: 'brave heron',
    addresses: ['127.0.0.1:40002'],
    paired: true,
    trust: 'other',
    online: true,
  });
  expect(toPeerLine(fakePeer({ id: null, shortId: 'ABC' }))).toMatchObject({ id: 'ABC' });
  expect(toWaitingLine({ code: 'C', addresses: ['h:1'] })).toEqual({
    kind: 'waiting',
    addresses: ['h:1'],
    code: 'C',
  });
  expect(toInviteLine({ code: 'C', expires: 5, addresses: [] })).toEqual({
    kind: 'invite',
    code: 'C',
    expires: 5,
    addresses: [],
  });
  expect(toJobLine(fakeJob())).toMatchObject({ kind: 'job', job: JOB, state: 'preparing', parts: [] });
  expect(toOfferLine(fakeOffer())).toMatchObject({ kind: 'offer', files: 10, expires: 600_000 });
});

test('an error has a path only where it is about one', () => {
  expect(toErrorLine({ code: 'no-such-path', subject: '/x', reason: 'ENOENT' })).toEqual({
    kind: 'error',
    code: 'no-such-path',
    message: 'no such file or folder: /x. Check the path.',
    path: '/x',
  });
  expect(toErrorLine({ code: 'unknown-peer', subject: 'bob' })).not.toHaveProperty('path');
});
