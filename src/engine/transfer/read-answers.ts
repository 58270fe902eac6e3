import { Failure, type FailureCode, isFailureCode } from '../../shared/failure.ts';
import type { StageTimes } from '../../shared/job.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { HASH_BYTES, STATUS } from '../wire/data-frame.ts';
import { type Outcome, readOutcome } from '../wire/data-run-table.ts';
import type { PullWork } from './pull-work.ts';

export interface ListingEnd {
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
  readonly digest: Buffer;
}

export function okBlock(work: PullWork & { kind: 'block' }, content: Buffer): Outcome {
  if (content.length !== work.length) throw misbehaved('lying size');
  return { status: 'ok', length: content.length };
}

export function readHash(meta: Buffer): Buffer {
  if (meta.length !== HASH_BYTES) throw misbehaved('hash length');
  return Buffer.from(meta);
}

/** The reason of what the source refuses. */
export const REFUSED_BY_SOURCE = 'refused by the source';

/** Why the source refuses; what went wrong inside it must not look like a fault of ours. */
export function refusalCode(code: string): FailureCode {
  if (code === 'internal') return 'peer-misbehaved';
  return isFailureCode(code) ? code : 'no-right';
}

export function readOne(meta: Buffer): Outcome {
  const reader = new ByteReader(meta);
  const outcome = readOutcome(reader);
  reader.end();
  if (outcome.status === 'ok') throw misbehaved('no content');
  return outcome;
}

/** Each file must have exactly the length that was listed, and together exactly what came. */
export function checkRun(
  work: PullWork & { kind: 'run' },
  outcomes: readonly Outcome[],
  content: Buffer,
): readonly Outcome[] {
  let total = 0;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status !== 'ok') continue;
    if (outcome.length !== work.files[index]?.version.size) throw misbehaved('lying size');
    total += outcome.length;
  }
  if (total !== content.length) throw misbehaved('lying size');
  return outcomes;
}

export function toCommitted(status: number): Failure | null {
  if (status === STATUS.ok) return null;
  if (status === STATUS.vanished) return new Failure('interrupted', { reason: 'source restarted' });
  return new Failure('integrity', { reason: 'commit refused' });
}

export function readListingEnd(meta: Buffer): ListingEnd {
  const reader = new ByteReader(meta);
  const end = {
    entries: reader.u64(),
    files: reader.u64(),
    bytes: reader.u64(),
    digest: Buffer.from(reader.bytes(32)),
  };
  reader.end();
  return end;
}

export function readTimes(meta: Buffer): StageTimes {
  const reader = new ByteReader(meta);
  const next = () => {
    const seconds = reader.f64();
    if (!(seconds >= 0 && seconds < 1e9)) throw misbehaved('times');
    return seconds;
  };
  return {
    disk: next(),
    hash: next(),
    socket: next(),
    waiting: next(),
    limited: next(),
    listing: next(),
    sync: next(),
  };
}

function misbehaved(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}
