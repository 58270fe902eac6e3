import { rename } from 'node:fs/promises';
import { type FailureCode, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { ENDED_STATES } from '../../shared/job.ts';
import { partPrefix, stagingName } from '../disk/part-names.ts';
import type { ClaimRecord, JobKey, JobRecord, PartRecord } from '../state/records.ts';
import type { PullResume } from '../transfer/pull-order.ts';
import { fromBytes, toBytes } from '../wire/byte-name.ts';
import { storedPullOf } from './destination-records.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';
import { noteLeftoverParts } from './leftover-parts.ts';

type AdoptingParts = Pick<JobParts, 'state' | 'book' | 'log' | 'emit'>;

/** Ends after which nothing that is left of a job is taken over. */
const UNBELIEVED: ReadonlySet<FailureCode> = new Set(['integrity', 'peer-misbehaved', 'io']);

/**
 * Lets a new job go on where an older one of the same source with the same selection into the same folder
 * stopped: one that has ended with parts, or that nobody drives. Its parts get the names of the new job, and what
 * was claimed of them is claimed for it; all of it is read and hashed before it counts, as after a restart.
 * Of more than ten top-level entries only the first ten are known by name. Null where there is nothing to take.
 */
export async function adoptParts(
  parts: AdoptingParts,
  live: LiveJob,
  record: JobRecord,
): Promise<PullResume | null> {
  try {
    const older = await findOlder(parts, record);
    if (older === null) return null;
    const resume = await takeOver(parts, older, record);
    // What is listed as left goes when the job has published it.
    const now = await parts.state.jobs.get(toKey(record));
    parts.book.showParts(live, now?.view.parts ?? []);
    return resume;
  } catch (error) {
    // It is fetched from the beginning then.
    parts.log('warn', 'parts-not-adopted', { failure: toFailure(error).toData() });
    return null;
  }
}

async function findOlder(parts: AdoptingParts, record: JobRecord): Promise<JobRecord | null> {
  const { state, book, log } = parts;
  const open = await state.jobs.listOpen();
  const withParts = new Map(
    (await state.parts.listAll()).map((part) => [`${part.orderer} ${part.job}`, part]),
  );
  const ended = await Promise.all([...withParts.values()].map((key) => state.jobs.get(toKey(key))));
  const candidates = [...open, ...ended].filter(
    (other) =>
      other !== null &&
      other.job !== record.job &&
      book.get(other.job) === null &&
      // What a failed sync has left is not to be believed, and what a source that lies has sent neither.
      storedPullOf(other.resume)?.mustClear !== true &&
      !UNBELIEVED.has(other.view.result?.failure?.code ?? 'cancelled') &&
      isSame(other, record),
  );
  const [older] = candidates.toSorted((a, b) => (b?.view.updatedMs ?? 0) - (a?.view.updatedMs ?? 0));
  if (older === undefined || older === null) return null;
  // A process that was killed has not said what it left.
  await noteLeftoverParts(state, [toKey(older)], log);
  return older;
}

function toKey({ orderer, job }: JobKey): JobKey {
  return { orderer, job };
}

function isSame(older: JobRecord, record: JobRecord): boolean {
  const [theirs, ours] = [storedPullOf(older.resume), storedPullOf(record.resume)];
  if (theirs === null || ours === null || theirs.dryRun || ours.dryRun) return false;
  if (older.view.state === 'done' || older.view.state === 'partial') return false;
  const isSelection =
    theirs.count === ours.count && JSON.stringify(theirs.names) === JSON.stringify(ours.names);
  return isSelection && older.view.into === record.view.into && older.view.peer?.id === record.view.peer?.id;
}

interface Move {
  readonly from: PartRecord;
  readonly to: PartRecord;
}

async function takeOver(parts: AdoptingParts, older: JobRecord, record: JobRecord): Promise<PullResume> {
  const { state } = parts;
  const [left, claims] = await Promise.all([state.parts.list(toKey(older)), state.claims.list(toKey(older))]);
  const names = (storedPullOf(record.resume)?.names ?? []).map((name) => Buffer.from(name, 'base64'));
  const moves = left.flatMap((part) => {
    const path = newPath(Buffer.from(part.path), older.job, record.job, names);
    return path === null ? [] : [{ from: part, to: { ...part, path } }];
  });
  const renamed = claims.map((claim) => ({ ...claim, part: newPart(claim, older.job, record.job) }));
  // Known as the new job's before they are, and forgotten as the old one's after: nothing is ever unlisted.
  await state.parts.add(
    toKey(record),
    moves.map(({ to }) => to),
  );
  await state.claims.add(toKey(record), renamed);
  await move(moves);
  await forget(parts, older, moves);
  return { claims: renamed, wireBytes: 0, isPaused: false };
}

async function move(moves: readonly Move[]): Promise<void> {
  for (const { from, to } of moves) {
    await rename(Buffer.from(from.path), Buffer.from(to.path)).catch((error: unknown) => {
      // What is gone is fetched.
      if (toFailure(error).code !== 'vanished') throw error;
    });
  }
}

async function forget(
  { state, emit }: AdoptingParts,
  older: JobRecord,
  moves: readonly Move[],
): Promise<void> {
  const key = toKey(older);
  await state.parts.remove(
    key,
    moves.map(({ from }) => from.path),
  );
  await state.claims.dropAll(key);
  const nowMs = Date.now();
  const over = { state: 'cancelled', waitingFor: null, pausedBy: null, cancelledBy: 'here' } as const;
  const change = ENDED_STATES.has(older.view.state) ? {} : { ...over, sinceMs: nowMs };
  const { view } = await state.jobs.update(key, { ...change, updatedMs: nowMs });
  emit({ kind: 'job-changed', job: view });
}

/** The place of a part under its new job; null where it cannot be told. */
function newPath(path: Buffer, from: JobId, to: JobId, names: readonly Buffer[]): Buffer | null {
  const at = path.lastIndexOf('/') + 1;
  const name = path.subarray(at);
  const staged = names.find((source) => toBytes(stagingName(from, fromBytes(source))).equals(name));
  if (staged !== undefined) {
    return Buffer.concat([path.subarray(0, at), toBytes(stagingName(to, fromBytes(staged)))]);
  }
  const part = withPrefix(name, from, to);
  return part.equals(name) ? null : Buffer.concat([path.subarray(0, at), part]);
}

function newPart({ part }: ClaimRecord, from: JobId, to: JobId): Uint8Array {
  return Uint8Array.from(withPrefix(Buffer.from(part), from, to));
}

function withPrefix(name: Buffer, from: JobId, to: JobId): Buffer {
  const text = name.toString('latin1');
  const prefix = partPrefix(from);
  if (!text.startsWith(prefix)) return name;
  return Buffer.from(partPrefix(to) + text.slice(prefix.length), 'latin1');
}
