import { createHash } from 'node:crypto';
import { toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { SelectedItem } from '../source/selection.ts';
import type { GrantRecord } from '../state/records.ts';
import type { JobParts } from './job-parts.ts';
import { pathOfItem } from './selected-items.ts';

/** All that a source keeps of a grant's secret. */
export function secretHashOf(secret: Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The right of one device to pull one selection, as it is stored. */
export function newGrantRecord(grant: {
  readonly orderer: DeviceId;
  readonly ownId: DeviceId;
  readonly pullerId: DeviceId;
  readonly job: JobId;
  readonly secretHash: Uint8Array;
  /** Empty where a page holds the files, or they are in shares. */
  readonly items: readonly SelectedItem[];
  /** Whether the offer is still to be answered. */
  readonly isPending: boolean;
}): GrantRecord {
  const nowMs = Date.now();
  return {
    orderer: grant.orderer,
    job: grant.job,
    secretHash: grant.secretHash,
    source: grant.ownId,
    puller: grant.pullerId,
    roots: grant.items.map(pathOfItem),
    options: {},
    capBytes: 0,
    pendingOffer: grant.isPending,
    createdMs: nowMs,
    armedMs: nowMs,
    firstUsedMs: null,
    lastContactMs: null,
  };
}

/** Contact with a puller is written down at most this often. */
const TOUCH_MS = 60_000;

/** Notes that grants are used, so that they live on. */
export class GrantTouch {
  readonly #parts: Pick<JobParts, 'state' | 'log'>;
  readonly #touchedMs = new Map<JobId, number>();

  constructor(parts: Pick<JobParts, 'state' | 'log'>) {
    this.#parts = parts;
  }

  /** The puller of a job is there. */
  touch(job: JobId, secretHash: Uint8Array): void {
    const nowMs = Date.now();
    if (nowMs - (this.#touchedMs.get(job) ?? 0) < TOUCH_MS) return;
    this.#touchedMs.set(job, nowMs);
    const { state, log } = this.#parts;
    state.grants.use(secretHash, nowMs).catch((error: unknown) => {
      // One that was revoked meanwhile: its connections are on their way out.
      log('debug', 'grant-not-touched', { failure: toFailure(error).toData() });
    });
  }
}
