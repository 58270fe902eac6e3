import { DEFAULT_COPY_OPTIONS } from '../../../shared/copy-options.ts';
import type { DeviceId, JobId } from '../../../shared/ids.ts';
import {
  type JobProgress,
  type JobResult,
  NO_RUNGS,
  newJobFields,
  type StageTimes,
} from '../../../shared/job.ts';
import type { GrantRecord, JobRecord, OfferRecord, PeerRecord } from '../records.ts';

/** Ids from a small number or from their first digits. */
export function sampleDeviceId(start: string | number): DeviceId {
  return String(start).padEnd(64, '0') as DeviceId;
}

export function sampleJobId(start: string | number): JobId {
  return String(start).padEnd(32, '0') as JobId;
}

export const SELF = sampleDeviceId('5e1f');
export const ALICE = sampleDeviceId('a11ce');
export const BOB = sampleDeviceId('b0b');

export const SAMPLE_PROGRESS: JobProgress = {
  phase: 'copying',
  files: 3,
  bytes: 1_000,
  totalFiles: 10,
  totalBytes: 5_000,
  complete: true,
  bytesPerSecond: 250,
  limitedBy: 'link',
  secondsLeft: 16,
  streams: 4,
  streamSpeeds: [100, 50, 50, 50],
  averageBytesPerSecond: 200,
  from: { there: 100, here: 0, older: 0 },
  wireBytes: 1_100,
};

const times: StageTimes = {
  disk: 1,
  hash: 0.5,
  socket: 2,
  waiting: 0,
  limited: 0,
  listing: 0.1,
  sync: 0.2,
};

export function sampleResult(change: Partial<JobResult> = {}): JobResult {
  return {
    state: 'partial',
    files: 9,
    folders: 2,
    links: 1,
    bytes: 5_000,
    unchanged: 0,
    wireBytes: 5_500,
    reusedBytes: 0,
    clonedBytes: 0,
    from: { there: 0, here: 0, older: 0 },
    rungs: NO_RUNGS,
    predictedWireBytes: null,
    seconds: 1.5,
    streams: 4,
    verified: true,
    problems: [],
    problemCount: 0,
    failure: null,
    times: { source: times, destination: times },
    ...change,
  };
}

export function sampleJob(
  job: string | number,
  view: Partial<JobRecord['view']> = {},
  record: Partial<Omit<JobRecord, 'view'>> = {},
): JobRecord {
  return {
    orderer: SELF,
    job: sampleJobId(job),
    roles: ['destination', 'orderer'],
    view: {
      ...newJobFields(sampleJobId(job), 2_000),
      job: sampleJobId(job),
      role: 'destination',
      state: 'running',
      waitingFor: null,
      peer: { id: ALICE, name: 'calm otter' },
      names: ['photos', 'notes\\x0a.txt'],
      into: '/inbox',
      progress: SAMPLE_PROGRESS,
      result: null,
      parts: [],
      createdMs: 1_000,
      updatedMs: 2_000,
      ...view,
    },
    options: DEFAULT_COPY_OPTIONS,
    resume: { roots: ['L2E='], nested: [1, null, true] },
    acknowledgedMs: null,
    ...record,
  };
}

export function samplePeer(
  id: DeviceId,
  name: string,
): Omit<PeerRecord, 'acceptAlways' | 'announcedName' | 'blockedShortIds'> {
  return {
    id,
    name,
    kind: 'laptop',
    trust: 'other',
    addresses: ['[fe80::1]:3120', '10.0.0.2:3120'],
    pairedMs: 5,
  };
}

export function sampleOffer(job: string | number, expiresMs: number): OfferRecord {
  return {
    orderer: ALICE,
    job: sampleJobId(job),
    view: {
      job: sampleJobId(job),
      peer: { id: ALICE, name: 'calm otter' },
      names: ['photos'],
      files: 2,
      bytes: 10,
      complete: false,
      into: '/inbox',
      freeBytes: null,
      clashes: null,
      expiresMs,
    },
    detail: { secret: 'AAAA' },
    receivedMs: 1,
  };
}

export function sampleGrant(byte: number, change: Partial<GrantRecord> = {}): GrantRecord {
  return {
    secretHash: new Uint8Array(32).fill(byte),
    orderer: SELF,
    job: sampleJobId('9'),
    source: SELF,
    puller: ALICE,
    roots: [new Uint8Array([0x2f, 0xff, 0xfe, 0x0a]), new Uint8Array([0x2f, 0x61])],
    options: { checksum: true },
    capBytes: 100,
    pendingOffer: false,
    createdMs: 1_000,
    armedMs: 1_000,
    firstUsedMs: null,
    lastContactMs: null,
    ...change,
  };
}
