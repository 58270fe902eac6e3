import { z } from 'zod';
import { CONFLICT_POLICIES, MAX_STREAMS } from '../../shared/copy-options.ts';
import { FAILURE_CODES } from '../../shared/failure.ts';
import { isJobId } from '../../shared/ids.ts';
import { JOB_PHASES, MAX_SHOWN_DAMAGE, WAITING_FOR } from '../../shared/job.ts';
import { MAX_NAME_BYTES, MAX_QUEUE_PLACE } from './limits.ts';
import { itemRange, orderPlace, orderSource, refusalDetail } from './order-messages.ts';

/** Messages about jobs on the control connection. See docs/protocol.md for who may send which, when. */

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const rung = z.object({ files: count, bytes: count });
const seconds = z.number().min(0).max(1e9);
const jobId = z.string().refine(isJobId);
const failureCode = z.enum(FAILURE_CODES);

function bytes(min: number, max: number) {
  return z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length >= min && value.length <= max,
  );
}

const selection = {
  job: jobId,
  /** An earlier job of the same source that this one repeats, all of it or what had failed. */
  repeats: jobId.optional(),
  /** Grant secret: shown by the puller on each data connection; the source keeps only its SHA-256. */
  secret: bytes(32, 32),
  /** Top-level entries, at most ten of `itemCount`. */
  items: z
    .array(
      z.object({
        name: bytes(1, MAX_NAME_BYTES),
        type: z.enum(['file', 'folder', 'link', 'special']),
        bytes: count,
      }),
    )
    .max(10),
  itemCount: count,
  /** At least this much; `complete` says whether the source has finished counting. */
  files: count,
  bytes: count,
  complete: z.boolean(),
  /** Port of the source's data worker where it cannot hand sockets over; 0 is the port of this connection. */
  dataPort: z.number().int().min(0).max(65_535),
  options: z.object({
    onConflict: z.enum(CONFLICT_POLICIES),
    checksum: z.boolean(),
    /** Whether what is elsewhere at the destination may be used. */
    reuse: z.boolean(),
    /** Whether files may be made of their older versions at the destination. */
    delta: z.boolean(),
    verify: z.boolean(),
    dryRun: z.boolean(),
    /** 0 is auto. */
    streams: z.number().int().min(0).max(MAX_STREAMS),
    /** With auto: what the source has found to be best between the two; nil or absent: it knows nothing. */
    bestStreams: z.number().int().min(1).max(MAX_STREAMS).nullish(),
    compress: z.enum(['auto', 'on', 'off']),
    /** Of an order: a piece of the only file, and where it goes in the target. */
    range: itemRange.extend({ to: itemRange.shape.offset, inPlace: z.boolean() }).nullish(),
  }),
};

/** Source to destination: may I put this into your inbox? */
export const offerMessage = z.object({
  kind: z.literal('offer'),
  ...selection,
  /** An order: it goes into a share, nobody is asked, the orderer's rights decide. */
  into: orderPlace.optional(),
  /** Of an order: the content is on another device than the orderer's. */
  source: orderSource.optional(),
  /** Of an order: bytes per second that the destination keeps to. */
  limit: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
});

/** Destination to source. `asked` means a person has to answer; the last answer is `accepted` or `declined`. */
export const offerAnswerMessage = z.object({
  kind: z.literal('offer-answer'),
  job: jobId,
  state: z.enum(['asked', 'accepted', 'declined']),
  code: failureCode.optional(),
  ...refusalDetail,
});

/** Receiver to waiting sender: proof that it knows the one-time code (HMAC as for an invite). */
export const redeemMessage = z.object({ kind: z.literal('redeem'), proof: bytes(32, 32) });

/** Sender to receiver: the code was right; this is the selection and the grant it turned into. */
export const redeemedMessage = z.object({ kind: z.literal('redeemed'), ...selection });

/** Either way: the last request is refused. The connection closes after it. */
export const refusedMessage = z.object({ kind: z.literal('refused'), code: failureCode });

const progress = z.object({
  phase: z.enum(JOB_PHASES),
  files: count,
  bytes: count,
  totalFiles: count,
  totalBytes: count,
  complete: z.boolean(),
  bytesPerSecond: z.number().min(0).max(1e15),
  limitedBy: z.enum([
    'source-disk',
    'destination-disk',
    'source-cpu',
    'destination-cpu',
    'link',
    'one-stream',
    'own-limit',
    'peer-limit',
    'small-files',
    'listing',
    'unknown',
  ]),
  secondsLeft: seconds.nullable(),
  streams: z.number().int().min(0).max(MAX_STREAMS),
  streamSpeeds: z.array(z.number().min(0).max(1e15)).max(MAX_STREAMS).readonly(),
  averageBytesPerSecond: z.number().min(0).max(1e15),
  from: z.object({ there: count, here: count, older: count }),
  wireBytes: count,
});

/** Destination to source and orderer, on a clock and only when changed: a hint, the poll is the truth. */
export const jobUpdateMessage = z.object({
  kind: z.literal('job-update'),
  job: jobId,
  state: z.enum(['preparing', 'waiting', 'running', 'finishing']),
  waitingFor: z.enum(WAITING_FOR).nullable(),
  /** What is wrong with the destination, while it waits for that. */
  waitingDetail: z
    .object({
      why: z.object({ code: failureCode, reason: z.string().max(200).optional() }),
      neededBytes: count.nullable(),
      freeBytes: count.nullable(),
    })
    .nullish(),
  /** As the destination sees it: `peer` is the source. */
  pausedBy: z.enum(['here', 'peer']).nullable(),
  /** Somebody at the destination is asked what becomes of this many clashes; which ones is its own business. */
  question: z.object({ count, complete: z.boolean() }).nullable(),
  /** Its place in the destination's queue while it waits for its turn; nil or absent: it does not. */
  queuePlace: z.number().int().min(1).max(MAX_QUEUE_PLACE).nullish(),
  progress,
  /** How far it is, as its bar shows it; nil or absent: nobody can tell yet. */
  fraction: z.number().min(0).max(1).nullish(),
});

const stageTimes = z.object({
  disk: seconds,
  hash: seconds,
  socket: seconds,
  waiting: seconds,
  limited: seconds,
  listing: seconds,
  sync: seconds,
});

const problem = z.object({
  path: z.string().max(16_384),
  pathBase64: z.string().max(16_384).optional(),
  code: failureCode,
  reason: z.string().max(200).optional(),
});

/** What a dry run found at the destination. */
const preflight = z.object({
  neededBytes: count,
  freeBytes: count.nullable(),
  neededNames: count,
  freeNames: count.nullable(),
  fileSystem: z.string().max(40).nullable(),
  maxFileBytes: count.nullable(),
  canWrite: z.boolean(),
  hasTrash: z.boolean(),
  links: count,
  specials: count,
  unreadable: count,
  tooLarge: count,
  badNames: count,
  collisions: count,
});

/** Destination to source: how the job ended. Repeated until acknowledged. */
export const jobEndedMessage = z.object({
  kind: z.literal('job-ended'),
  job: jobId,
  result: z.object({
    state: z.enum(['done', 'partial', 'failed', 'cancelled']),
    files: count,
    folders: count,
    links: count,
    bytes: count,
    unchanged: count,
    wireBytes: count,
    reusedBytes: count,
    clonedBytes: count,
    from: z.object({ there: count, here: count, older: count }),
    rungs: z.object({ unchanged: rung, cloned: rung, copied: rung, delta: rung, raw: rung }),
    predictedWireBytes: count.nullable(),
    replaced: z.object({ trashed: count, gone: count }).optional(),
    preflight: preflight.nullish(),
    seconds,
    streams: z.number().int().min(0).max(MAX_STREAMS),
    verified: z.boolean(),
    atomic: z.boolean().optional(),
    /** The first ones that fit a frame; `problemCount` is the truth. */
    problems: z.array(problem).max(1_000),
    problemCount: count,
    failure: z
      .object({
        code: failureCode,
        subject: z.string().max(16_384).optional(),
        reason: z.string().max(200).optional(),
      })
      .nullable(),
    times: z.object({ source: stageTimes, destination: stageTimes }),
  }),
});

export const jobEndedAckMessage = z.object({ kind: z.literal('job-ended-ack'), job: jobId });

/** Either side stops the job. `interrupted`: parts are kept and the job may be taken up again. */
export const jobCancelMessage = z.object({
  kind: z.literal('job-cancel'),
  job: jobId,
  reason: z.enum(['cancelled', 'interrupted']),
  /** What becomes of what has arrived; absent is `parts`. */
  keep: z.enum(['parts', 'arrived', 'nothing']).optional(),
});

/** Source to destination: stop asking for content; what was asked for arrives. Connections stay. */
export const jobPauseMessage = z.object({ kind: z.literal('job-pause'), job: jobId });

/** Source to destination: go on, whoever paused it. */
export const jobResumeMessage = z.object({ kind: z.literal('job-resume'), job: jobId });

/** Source to destination: moves a job that waits for its turn before another one of the same source; nil is to the end. */
export const jobReorderMessage = z.object({
  kind: z.literal('job-reorder'),
  job: jobId,
  before: jobId.nullable(),
});

/** Source or orderer asks the destination for the truth; answered by job-update, job-ended or job-unknown. */
export const jobQueryMessage = z.object({ kind: z.literal('job-query'), job: jobId });

/** Source to destination: read back from disk what the job wrote. Answered by job-verification, again and again. */
export const jobVerifyMessage = z.object({ kind: z.literal('job-verify'), job: jobId });

/** Destination to source: how far reading back is; the last one is not `running`. */
export const jobVerificationMessage = z.object({
  kind: z.literal('job-verification'),
  job: jobId,
  verification: z.object({
    state: z.enum(['running', 'done', 'failed']),
    files: count,
    bytes: count,
    totalFiles: count,
    totalBytes: count,
    unproven: count,
    damaged: count,
    problemCount: count,
    problems: z.array(problem).max(MAX_SHOWN_DAMAGE),
    failure: z.object({ code: failureCode, reason: z.string().max(200).optional() }).nullable(),
    startedMs: count,
    endedMs: count.nullable(),
  }),
});

/** Destination to source: offer an ended job once more, or only what of it failed. */
export const jobAgainMessage = z.object({
  kind: z.literal('job-again'),
  job: jobId,
  only: z.enum(['all', 'failed']),
});

/** Source to destination: it is not offered again. */
export const jobAgainRefusedMessage = z.object({
  kind: z.literal('job-again-refused'),
  job: jobId,
  code: failureCode,
});

/** `epoch` changes with every start of the answering engine, so "unknown" is told from "gone". */
export const jobUnknownMessage = z.object({
  kind: z.literal('job-unknown'),
  job: jobId,
  epoch: z.string().max(64),
});

/** Destination to source: I cannot reach your port, dial your data connections to mine. */
export const dialMeMessage = z.object({
  kind: z.literal('dial-me'),
  job: jobId,
  streams: z.number().int().min(1).max(MAX_STREAMS),
});

export const jobMessages = [
  offerMessage,
  offerAnswerMessage,
  redeemMessage,
  redeemedMessage,
  refusedMessage,
  jobUpdateMessage,
  jobEndedMessage,
  jobEndedAckMessage,
  jobCancelMessage,
  jobPauseMessage,
  jobResumeMessage,
  jobReorderMessage,
  jobQueryMessage,
  jobVerifyMessage,
  jobVerificationMessage,
  jobAgainMessage,
  jobAgainRefusedMessage,
  jobUnknownMessage,
  dialMeMessage,
] as const;

export type OfferMessage = z.infer<typeof offerMessage>;
export type RedeemedMessage = z.infer<typeof redeemedMessage>;
export type JobVerificationMessage = z.infer<typeof jobVerificationMessage>;
export type JobEndedMessage = z.infer<typeof jobEndedMessage>;
