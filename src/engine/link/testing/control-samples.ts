import type { DeviceId, JobId } from '../../../shared/ids.ts';
import { NO_RUNGS } from '../../../shared/job.ts';
import type { LinkMessage, LinkMessageOf } from '../../wire/control-messages.ts';

/** One valid message of every kind, for tests that try each of them. */

const job = 'ef'.repeat(16) as JobId;
const bytes32 = new Uint8Array(32);
const counts = { files: 1, bytes: 1, dataPort: 0, complete: true };
const options = {
  onConflict: 'fail',
  checksum: false,
  reuse: true,
  delta: true,
  verify: false,
  dryRun: false,
  streams: 0,
  compress: 'auto',
} as const;
const selection = { job, secret: bytes32, items: [], itemCount: 1, ...counts, options };
const progress = {
  phase: 'copying',
  ...counts,
  totalFiles: 1,
  totalBytes: 1,
  bytesPerSecond: 1,
  limitedBy: 'link',
  secondsLeft: null,
  streams: 1,
  streamSpeeds: [1],
  averageBytesPerSecond: 1,
  from: { there: 0, here: 0, older: 0 },
  wireBytes: 1,
} as const;
const times = { disk: 0, hash: 0, socket: 0, waiting: 0, limited: 0, listing: 0, sync: 0 };
const result = {
  state: 'done' as const,
  files: 1,
  folders: 0,
  links: 0,
  bytes: 1,
  unchanged: 0,
  wireBytes: 1,
  reusedBytes: 0,
  clonedBytes: 0,
  from: { there: 0, here: 0, older: 0 },
  rungs: NO_RUNGS,
  predictedWireBytes: null,
  seconds: 1,
  streams: 1,
  verified: true,
  problems: [],
  problemCount: 0,
  failure: null,
  times: { source: times, destination: times },
} satisfies LinkMessageOf<'job-ended'>['result'];

export const controlSamples: readonly LinkMessage[] = [
  { kind: 'pair-commit', commitment: bytes32 },
  { kind: 'pair-nonce', nonce: bytes32 },
  { kind: 'pair-reveal', nonce: bytes32 },
  { kind: 'pair-confirmed' },
  { kind: 'join', proof: bytes32 },
  { kind: 'joined' },
  { kind: 'redeem', proof: bytes32 },
  { kind: 'redeemed', ...selection },
  { kind: 'refused', code: 'declined' },
  { kind: 'offer', ...selection },
  { kind: 'offer-answer', job, state: 'accepted' },
  {
    kind: 'job-update',
    job,
    state: 'running',
    waitingFor: null,
    pausedBy: null,
    question: null,
    progress,
    fraction: 0.4,
  },
  { kind: 'job-ended', job, result },
  { kind: 'job-ended-ack', job },
  { kind: 'job-cancel', job, reason: 'cancelled', keep: 'parts' },
  { kind: 'job-pause', job },
  { kind: 'job-resume', job },
  { kind: 'job-reorder', job, before: null },
  { kind: 'job-query', job },
  { kind: 'job-unknown', job, epoch: 'e' },
  { kind: 'dial-me', job, streams: 1 },
  {
    ...{ kind: 'grant', job, puller: 'ab'.repeat(32) as DeviceId, pullerName: 'b', secretHash: bytes32 },
    ...{ items: [{ share: 's', way: bytes32, as: new Uint8Array(0) }] },
  },
  { kind: 'granted', job, items: [], itemCount: 1, ...counts, addresses: [] },
  { kind: 'grant-refused', job, code: 'no-right' },
  { kind: 'browse', ask: 1, share: 's', way: bytes32, action: 'list', after: new Uint8Array(0), limit: 1 },
  { kind: 'browsed', ask: 1, entries: new Uint8Array(0), next: null, at: null, canWrite: false },
  { kind: 'browse-refused', ask: 1, code: 'no-right' },
];
