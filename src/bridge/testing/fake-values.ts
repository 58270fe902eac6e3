import type { DeviceView, PeerView } from '../../shared/device.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import {
  type JobProgress,
  type JobResult,
  type JobView,
  NO_RUNGS,
  newJobFields,
  type OfferView,
  type StageTimes,
} from '../../shared/job.ts';
import { fractionOf } from '../../shared/job-fraction.ts';
import type { SettingsView } from '../../shared/settings.ts';

/** Plausible values for tests of front ends; each takes what the test cares about. */

export function fakeDeviceId(digit: string): DeviceId {
  return digit.repeat(64) as DeviceId;
}

export function fakeJobId(digit: string): JobId {
  return digit.repeat(32) as JobId;
}

export function fakeDevice(change: Partial<DeviceView> = {}): DeviceView {
  return {
    id: fakeDeviceId('a'),
    name: 'quiet otter',
    kind: 'laptop',
    visibility: 'everyone',
    addresses: ['127.0.0.1:40001'],
    port: 40001,
    inbox: '/tmp/inbox',
    inboxFreeBytes: 812_000_000_000,
    network: 'ok',
    pairWindowEndsMs: null,
    knock: null,
    ...change,
  };
}

export function fakeSettings(change: Partial<SettingsView> = {}): SettingsView {
  return {
    visibility: 'everyone',
    inbox: '/tmp/inbox',
    accept: 'ask',
    port: 3120,
    limitBytesPerSecond: null,
    gentleBytesPerSecond: null,
    streams: 'auto',
    theme: 'system',
    contrast: 'system',
    language: 'system',
    startAtLogin: false,
    notify: true,
    history: true,
    ...change,
  };
}

export function fakePeer(change: Partial<PeerView> = {}): PeerView {
  return {
    id: fakeDeviceId('b'),
    shortId: 'b'.repeat(20),
    name: 'brave heron',
    kind: 'server',
    addresses: ['127.0.0.1:40002'],
    paired: true,
    trust: 'other',
    online: true,
    lastSeenMs: 1_000,
    announcedName: 'brave heron',
    path: null,
    keyChanged: false,
    rule: null,
    pairedMs: 1_000,
    ...change,
  };
}

export function fakeProgress(change: Partial<JobProgress> = {}): JobProgress {
  return {
    phase: 'copying',
    files: 0,
    bytes: 0,
    totalFiles: 10,
    totalBytes: 1_000_000,
    complete: true,
    bytesPerSecond: 0,
    limitedBy: 'unknown',
    secondsLeft: null,
    streams: 1,
    streamSpeeds: [0],
    averageBytesPerSecond: 0,
    from: { there: 0, here: 0, older: 0 },
    wireBytes: 0,
    ...change,
  };
}

const NO_TIME: StageTimes = {
  disk: 0,
  hash: 0,
  socket: 0,
  waiting: 0,
  limited: 0,
  listing: 0,
  sync: 0,
};

export function fakeResult(change: Partial<JobResult> = {}): JobResult {
  return {
    state: 'done',
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
    predictedWireBytes: null,
    seconds: 0.5,
    streams: 2,
    verified: true,
    problems: [],
    problemCount: 0,
    failure: null,
    times: { source: NO_TIME, destination: NO_TIME },
    ...change,
  };
}

/** As far as its progress says, unless the test says otherwise. */
export function fakeJob(change: Partial<JobView> = {}): JobView {
  const job = bareJob(change);
  return { ...job, fraction: change.fraction ?? fractionOf(job, false) };
}

function bareJob(change: Partial<JobView>): JobView {
  return {
    ...newJobFields(change.job ?? fakeJobId('1'), 1_000),
    job: fakeJobId('1'),
    role: 'source',
    state: 'preparing',
    waitingFor: null,
    peer: { id: fakeDeviceId('b'), name: 'brave heron' },
    names: ['photos'],
    into: null,
    progress: fakeProgress(),
    result: null,
    parts: [],
    createdMs: 1_000,
    updatedMs: 1_000,
    ...change,
  };
}

export function fakeOffer(change: Partial<OfferView> = {}): OfferView {
  return {
    job: fakeJobId('2'),
    peer: { id: fakeDeviceId('b'), name: 'brave heron' },
    names: ['photos'],
    files: 10,
    bytes: 1_000_000,
    complete: true,
    into: '/tmp/inbox',
    freeBytes: 5_000_000,
    clashes: null,
    expiresMs: 600_000,
    ...change,
  };
}
