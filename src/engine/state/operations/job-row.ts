import type { SQLInputValue } from 'node:sqlite';
import type { CopyOptions } from '../../../shared/copy-options.ts';
import {
  ENDED_STATES,
  type JobProgress,
  type JobResult,
  type JobRole,
  type JobState,
  type JobView,
  NO_PROGRESS,
  newJobFields,
  WAITING_FOR,
} from '../../../shared/job.ts';
import type { JobRecord, JsonValue } from '../records.ts';
import { id, integer, integerOrNull, json, type Row, text, textOrNull, word } from '../row.ts';

const ROLES: readonly JobRole[] = ['source', 'destination', 'orderer'];
const STATES: readonly JobState[] = ['preparing', 'waiting', 'running', 'finishing', ...ENDED_STATES];

/** Fields of a view that are kept together as JSON. */
type Shown = Pick<
  JobView,
  | 'group'
  | 'sinceMs'
  | 'fraction'
  | 'waitingDetail'
  | 'pausedBy'
  | 'heldBy'
  | 'cancelledBy'
  | 'sourceKind'
  | 'between'
  | 'verification'
>;

function toShown(view: JobView): Shown {
  const { group, sinceMs, fraction, waitingDetail, pausedBy, heldBy, cancelledBy } = view;
  const { sourceKind, between, verification } = view;
  return {
    ...{ group, sinceMs, fraction, waitingDetail, pausedBy, heldBy, cancelledBy },
    ...{ sourceKind, between, verification },
  };
}

/** Progress as it was stored, perhaps by a program that did not know all of its fields yet. */
function toProgress(row: Row): JobProgress {
  const stored = json<Partial<JobProgress>>(row, 'progress');
  return { ...NO_PROGRESS, ...stored, from: { ...NO_PROGRESS.from, ...stored.from } };
}

/** A row of `jobs`, without what other tables hold: parts, and the problems of its result. */
export function toJob(row: Row): JobRecord {
  const peerId = textOrNull(row, 'peer_id');
  return {
    orderer: id(row, 'orderer'),
    job: id(row, 'job'),
    roles: json<readonly JobRole[]>(row, 'roles'),
    view: {
      ...newJobFields(id(row, 'job'), integer(row, 'updated_ms')),
      ...json<Partial<Shown>>(row, 'shown'),
      job: id(row, 'job'),
      role: word(row, 'role', ROLES),
      state: word(row, 'state', STATES),
      waitingFor: row.waiting_for === null ? null : word(row, 'waiting_for', WAITING_FOR),
      peer: peerId === null ? null : { id: id(row, 'peer_id'), name: text(row, 'peer_name') },
      names: json<readonly string[]>(row, 'names'),
      into: textOrNull(row, 'into_path'),
      progress: toProgress(row),
      result: json<JobResult | null>(row, 'result'),
      parts: [],
      createdMs: integer(row, 'created_ms'),
      updatedMs: integer(row, 'updated_ms'),
    },
    options: json<CopyOptions>(row, 'options'),
    resume: json<JsonValue>(row, 'resume'),
    acknowledgedMs: integerOrNull(row, 'acknowledged_ms'),
  };
}

/** The opposite of {@link toJob}, as named parameters of {@link UPSERT_JOB}. */
export function fromJob(record: JobRecord): Record<string, SQLInputValue> {
  const { view } = record;
  return {
    orderer: record.orderer,
    job: record.job,
    role: view.role,
    roles: JSON.stringify(record.roles),
    state: view.state,
    waiting_for: view.waitingFor,
    peer_id: view.peer?.id ?? null,
    peer_name: view.peer?.name ?? null,
    names: JSON.stringify(view.names),
    into_path: view.into,
    progress: JSON.stringify(view.progress),
    result: JSON.stringify(view.result && { ...view.result, problems: [] }),
    problem_count: view.result?.problemCount ?? 0,
    options: JSON.stringify(record.options),
    resume: JSON.stringify(record.resume),
    shown: JSON.stringify(toShown(view)),
    acknowledged_ms: record.acknowledgedMs,
    created_ms: view.createdMs,
    updated_ms: view.updatedMs,
    ended_ms: ENDED_STATES.has(view.state) ? view.updatedMs : null,
  };
}

/** Keeps the first time a job ended, and never lowers the count of its problems. */
export const UPSERT_JOB = `
  INSERT INTO jobs (orderer, job, role, roles, state, waiting_for, peer_id, peer_name, names, into_path,
    progress, result, problem_count, options, resume, shown, acknowledged_ms, created_ms, updated_ms,
    ended_ms)
  VALUES (:orderer, :job, :role, :roles, :state, :waiting_for, :peer_id, :peer_name, :names, :into_path,
    :progress, :result, :problem_count, :options, :resume, :shown, :acknowledged_ms, :created_ms,
    :updated_ms, :ended_ms)
  ON CONFLICT (orderer, job) DO UPDATE SET
    role = excluded.role, roles = excluded.roles, state = excluded.state, waiting_for = excluded.waiting_for,
    peer_id = excluded.peer_id, peer_name = excluded.peer_name, names = excluded.names,
    into_path = excluded.into_path, progress = excluded.progress, result = excluded.result,
    problem_count = max(problem_count, excluded.problem_count), options = excluded.options,
    resume = excluded.resume, shown = excluded.shown, acknowledged_ms = excluded.acknowledged_ms, created_ms = excluded.created_ms,
    updated_ms = excluded.updated_ms,
    ended_ms = CASE WHEN excluded.ended_ms IS NULL THEN NULL ELSE coalesce(ended_ms, excluded.ended_ms) END`;
