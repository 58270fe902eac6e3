import { Failure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { WaitingFor } from '../../shared/job.ts';

/**
 * Pulls that run at once at one device: more only share the same disk and network, and each comes later. Beyond
 * that every source has one, so that nobody waits behind all that another one has ordered.
 */
export const MAX_PULLS_AT_ONCE = 3;
/** A pull whose source is away for longer than this gives its place to the next. */
const REST_AFTER_MS = 5_000;

/** What the queue has done to a job. */
export interface QueueEvents {
  /** It is its turn: it may ask for content. */
  onTurn(job: JobId): void;
  /** It has given its place away, and must not go on by itself. */
  onHold(job: JobId): void;
  /** Its place in the queue, from 1, is another one; null: it is in the queue no more. */
  onPlace(job: JobId, place: number | null): void;
}

interface Entry {
  readonly job: JobId;
  readonly sourceId: DeviceId;
  /** A person waits for it: it has its turn whenever it can go on. */
  readonly isUrgent: boolean;
  /** `resting`: it cannot go on; somebody has to do something first. */
  phase: 'moving' | 'queued' | 'resting';
  /** As last told. */
  place: number | null;
  restTimer: NodeJS.Timeout | null;
}

/**
 * Whose turn it is among the pulls of a device. What cannot go on gives its place away and comes back at the
 * front. Urgent pulls wait for nobody and count for the others.
 */
export class JobQueue {
  readonly #events: QueueEvents;
  readonly #entries = new Map<JobId, Entry>();
  #queued: Entry[] = [];

  constructor(events: QueueEvents) {
    this.#events = events;
  }

  /** Takes a new pull; returns whether it is its turn at once. */
  enter(job: JobId, sourceId: DeviceId, isUrgent: boolean): boolean {
    const entry: Entry = { job, sourceId, isUrgent, phase: 'moving', place: null, restTimer: null };
    const mayGo = isUrgent || (this.#hasRoom && this.#queued.length === 0) || !this.#moves(sourceId);
    this.#entries.set(job, entry);
    if (mayGo) return true;
    entry.phase = 'queued';
    this.#queued.push(entry);
    this.#settle();
    return false;
  }

  /** Whether a pull has its turn. */
  isMoving(job: JobId): boolean {
    return this.#entries.get(job)?.phase === 'moving';
  }

  /** Whether a pull is not over. */
  has(job: JobId): boolean {
    return this.#entries.has(job);
  }

  /** A pull is over. */
  leave(job: JobId): void {
    const entry = this.#entries.get(job);
    if (entry === undefined) return;
    this.#entries.delete(job);
    this.#unqueue(entry);
    this.#stopTimer(entry);
    entry.place = null;
    this.#settle();
  }

  /** A pull says what it waits for; null: it moves. */
  heard(job: JobId, waitingFor: WaitingFor | null): void {
    const entry = this.#entries.get(job);
    if (entry === undefined) return;
    const isSourceAway = waitingFor === 'peer' || waitingFor === 'page';
    if (!isSourceAway) this.#stopTimer(entry);
    if (waitingFor === 'turn') this.#canGoOn(entry);
    else if (isSourceAway && entry.phase === 'moving') {
      entry.restTimer ??= setTimeout(() => this.#rest(entry), REST_AFTER_MS);
    } else if (waitingFor !== null) this.#rest(entry);
  }

  #canGoOn(entry: Entry): void {
    if (entry.phase !== 'resting') return;
    if (entry.isUrgent) this.#go(entry);
    else {
      entry.phase = 'queued';
      this.#queued.unshift(entry);
    }
    this.#settle();
  }

  #rest(entry: Entry): void {
    this.#stopTimer(entry);
    if (entry.phase === 'resting') return;
    const wasMoving = entry.phase === 'moving';
    this.#unqueue(entry);
    entry.phase = 'resting';
    if (wasMoving) this.#events.onHold(entry.job);
    this.#settle();
  }

  #go(entry: Entry): void {
    entry.phase = 'moving';
    this.#events.onTurn(entry.job);
  }

  #unqueue(entry: Entry): void {
    this.#queued = this.#queued.filter((queued) => queued !== entry);
  }

  #stopTimer(entry: Entry): void {
    if (entry.restTimer !== null) clearTimeout(entry.restTimer);
    entry.restTimer = null;
  }

  get #hasRoom(): boolean {
    let moving = 0;
    for (const { phase } of this.#entries.values()) if (phase === 'moving') moving += 1;
    return moving < MAX_PULLS_AT_ONCE;
  }

  /** Whether a source has a pull that moves. */
  #moves(sourceId: DeviceId): boolean {
    return [...this.#entries.values()].some(
      (entry) => entry.sourceId === sourceId && entry.phase === 'moving',
    );
  }

  /** The one whose turn is now: the first, and without room the first of a source that has none. */
  #next(): Entry | undefined {
    return this.#hasRoom ? this.#queued[0] : this.#queued.find(({ sourceId }) => !this.#moves(sourceId));
  }

  /** Gives free places away, then tells everybody whose place is another one. */
  #settle(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#unqueue(next);
      this.#go(next);
    }
    const places = new Map(this.#queued.map((entry, at) => [entry, at + 1]));
    for (const entry of this.#entries.values()) {
      const place = places.get(entry) ?? null;
      if (place === entry.place) continue;
      entry.place = place;
      this.#events.onPlace(entry.job, place);
    }
  }

  /** Moves a queued job before another one; null is to the end. @throws Failure `usage` when one is not queued. */
  move(job: JobId, before: JobId | null): void {
    if (!this.#reorder(this.#queued, job, before)) {
      throw new Failure('usage', { subject: job, reason: 'not in the queue' });
    }
  }

  /** The same for the source of both: its jobs change places among themselves. What does not fit is ignored. */
  moveForSource(sourceId: DeviceId, job: JobId, before: JobId | null): void {
    const own = this.#queued.filter((entry) => entry.sourceId === sourceId);
    this.#reorder(own, job, before);
  }

  /** Reorders some of the queue within the places they have together. */
  #reorder(some: readonly Entry[], job: JobId, before: JobId | null): boolean {
    const moved = some.find((entry) => entry.job === job);
    if (moved === undefined || (before !== null && !some.some((entry) => entry.job === before))) return false;
    if (job === before) return true;
    const others = some.filter((entry) => entry !== moved);
    const at = before === null ? others.length : others.findIndex((entry) => entry.job === before);
    const ordered = [...others.slice(0, at), moved, ...others.slice(at)].values();
    this.#queued = this.#queued.map((entry) =>
      some.includes(entry) ? (ordered.next().value ?? entry) : entry,
    );
    this.#settle();
    return true;
  }
}
