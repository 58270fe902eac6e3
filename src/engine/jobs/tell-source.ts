import { setTimeout as delay } from 'node:timers/promises';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobResult } from '../../shared/job.ts';
import type { Link } from '../link/link.ts';
import type { JobRecord } from '../state/records.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';
import { toResultMessage } from './result-message.ts';
import { toUpdateMessage } from './update-message.ts';

/** Progress is told to the source at most this often. */
const UPDATE_MS = 200;
/** A result is told again until it is acknowledged, at most this often. */
const REPEAT_MS = 2_000;
/** After this long without the source, the result waits for the source to ask. */
const REPEAT_FOR_MS = 10 * 60_000;

/** A pull as far as its source hears of it. */
export interface ToldPull {
  readonly live: LiveJob;
  readonly sourceId: DeviceId;
  readonly addresses: readonly string[];
  updatedMs: number;
  /** Progress that is to be told when it is time again. */
  tellTimer: NodeJS.Timeout | null;
  /** Who is told how it goes, until each has acknowledged the end: its source, and who ordered it. */
  readonly untold: Set<DeviceId>;
}

/** What the sources and orderers of pulls are told. */
export class SourceTeller {
  readonly #parts: JobParts;

  constructor(parts: JobParts) {
    this.#parts = parts;
  }

  /** How it is: at once, or when it is time again. */
  progress(pull: ToldPull, now: boolean): void {
    const waitMs = now ? 0 : pull.updatedMs + UPDATE_MS - performance.now();
    if (waitMs > 0) {
      pull.tellTimer ??= setTimeout(() => this.progress(pull, true), waitMs);
      return;
    }
    if (pull.tellTimer !== null) clearTimeout(pull.tellTimer);
    pull.tellTimer = null;
    const update = toUpdateMessage(pull.live.view);
    if (update === null) return;
    pull.updatedMs = performance.now();
    for (const device of pull.untold) this.#sendTo(device, update);
  }

  /** Tells its source where it can be told; a message that cannot go is only a hint that is missed. */
  send({ sourceId }: ToldPull, message: LinkMessage): boolean {
    return this.#sendTo(sourceId, message);
  }

  #sendTo(device: DeviceId, message: LinkMessage): boolean {
    return this.#parts.links.get(device)?.tell(message) ?? false;
  }

  /** Tells who asks how it is, or how it ended. */
  answer(pull: ToldPull, link: Link, result: JobResult | null): void {
    const { job } = pull.live.key;
    if (result === null) this.progress(pull, true);
    else link.tell({ kind: 'job-ended', job, result: toResultMessage(result) });
  }

  /** How it ended, until the source says that it knows: `isWanted` then says no. */
  async end(pull: ToldPull, result: JobResult, isWanted: () => boolean): Promise<void> {
    const { signal } = this.#parts;
    const { job } = pull.live.key;
    const message = { kind: 'job-ended', job, result: toResultMessage(result) } as const;
    const untilMs = performance.now() + REPEAT_FOR_MS;
    while (!signal.aborted && isWanted() && performance.now() < untilMs) {
      const away = [...pull.untold].filter((device) => !this.#sendTo(device, message));
      await Promise.all(away.map((device) => this.#reach(pull, device)));
      await delay(REPEAT_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #reach({ sourceId, addresses }: ToldPull, device: DeviceId): Promise<void> {
    const { links, signal, addressesOf } = this.#parts;
    const known = device === sourceId ? addresses : [];
    await links.open(device, [...known, ...addressesOf(device)], signal).catch(() => undefined);
  }

  /**
   * How a job went that is not driven any more: its result if there is one, else that it is unknown in this run
   * of the engine. Returns whether there was a result.
   */
  async stored(link: Link, job: JobId): Promise<boolean> {
    const { jobs } = this.#parts.state;
    const record =
      (await jobs.get({ orderer: link.peerId, job })) ?? (await this.#pulledFrom(link.peerId, job));
    const result = record?.view.result ?? null;
    if (result !== null) link.tell({ kind: 'job-ended', job, result: toResultMessage(result) });
    else link.tell({ kind: 'job-unknown', job, epoch: this.#parts.epoch });
    return result !== null;
  }

  /** A job that another device ordered from this source. */
  async #pulledFrom(sourceId: DeviceId, job: JobId): Promise<JobRecord | null> {
    const record = await this.#parts.state.jobs.findByPrefix(job).catch(() => null);
    return record?.view.role === 'destination' && record.view.peer?.id === sourceId ? record : null;
  }
}
