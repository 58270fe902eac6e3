import { toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import type { WaitingDetail } from '../../shared/job.ts';
import { lookForRoom } from '../disk/look-for-room.ts';
import { removeParts } from '../disk/remove-parts.ts';
import { type DiskTrouble, isNoRoom } from '../transfer/disk-trouble.ts';
import type { StoredPull } from './destination-records.ts';
import type { LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';
import { noteLeftoverParts } from './leftover-parts.ts';

/** How often a destination is looked at that cannot be used. */
const LOOK_MS = 1_000;
/** The longest that a job waits whose destination looks well and fails again as soon as it is used. */
const MAX_REST_MS = 30_000;

/** A pull as far as its destination is concerned. */
export interface WaitingPull {
  readonly live: LiveJob;
  /** As it is written down. */
  stored: StoredPull;
  /** No data worker has it: its destination cannot be used now, or that is being found out. */
  isStuck: boolean;
}

interface Wait {
  readonly trouble: DiskTrouble;
  timer: NodeJS.Timeout | null;
  /** Not before this, by `performance.now()`. */
  readonly untilMs: number;
}

interface DiskWaitEvents<Pull> {
  /** What it waits for, or how much is missing, is another than before. */
  readonly onNews: (pull: Pull) => void;
  /** It can go on. */
  readonly onReady: (pull: Pull) => void;
}

/** Pulls that wait until their destination has room, is there again, or takes what is written. */
export class DiskWaits<Pull extends WaitingPull> {
  readonly #parts: Pick<JobParts, 'book' | 'state' | 'pool' | 'log' | 'signal'>;
  readonly #events: DiskWaitEvents<Pull>;
  readonly #waits = new Map<JobId, Wait>();
  /** How far a job was when it last had to wait, and how long it rested then. */
  readonly #earlier = new WeakMap<LiveJob, { readonly bytes: number; readonly restMs: number }>();

  constructor(
    parts: Pick<JobParts, 'book' | 'state' | 'pool' | 'log' | 'signal'>,
    events: DiskWaitEvents<Pull>,
  ) {
    this.#parts = parts;
    this.#events = events;
  }

  /** A pull has stopped, or is not begun, because of its destination. It is told and goes on by itself. */
  wait(pull: Pull, trouble: DiskTrouble): void {
    const { live } = pull;
    const { job } = live.key;
    pull.isStuck = true;
    this.#remember(pull, trouble);
    this.#waits.set(job, { trouble, timer: null, untilMs: performance.now() + this.#restMs(live) });
    this.#show(pull, { why: trouble.why, neededBytes: neededOf(trouble), freeBytes: null });
    void this.#look(pull);
  }

  /** It is somebody else's to go on, or it has ended. Returns whether it waited. */
  release({ live }: Pull): boolean {
    const { job } = live.key;
    const timer = this.#waits.get(job)?.timer ?? null;
    if (timer !== null) clearTimeout(timer);
    return this.#waits.delete(job);
  }

  /** What is in the way of a pull before it begins again, but for room, which it may need less of; null: nothing. */
  async troubleOf(pull: Pull): Promise<DiskTrouble | null> {
    const nothing = { neededBytes: 0, neededNames: 0, isDistrusted: false };
    const found = await this.#room(pull, nothing);
    const isCleared = found.why !== null || (await this.#clear(pull));
    const why = isCleared ? found.why : ({ code: 'io' } as const);
    return why === null || isNoRoom(why) ? null : { why, ...nothing };
  }

  #room(
    { live, stored }: Pull,
    { neededBytes, neededNames }: Omit<DiskTrouble, 'why'>,
  ): ReturnType<typeof lookForRoom> {
    const into = Buffer.from(live.view.into ?? '');
    const { mountPoint = null } = stored;
    const wanted = { job: live.key.job, into, mountPoint, neededBytes, neededNames };
    return lookForRoom(wanted, this.#parts.pool.ledger);
  }

  /** Written down, so that the next engine knows it too. */
  #remember(pull: Pull, { why, isDistrusted }: DiskTrouble): void {
    if (why.code !== 'io' && !isDistrusted) return;
    pull.stored = {
      ...pull.stored,
      isCautious: true,
      mustClear: isDistrusted || (pull.stored.mustClear ?? false),
    };
    this.#parts.book.update(pull.live, { resume: { ...pull.stored } });
  }

  /** A job that came no further since it last waited rests twice as long as then. */
  #restMs(live: LiveJob): number {
    const { bytes } = live.reported;
    const earlier = this.#earlier.get(live);
    const isStill = earlier !== undefined && bytes <= earlier.bytes;
    const restMs = isStill ? Math.min(MAX_REST_MS, Math.max(LOOK_MS, earlier.restMs * 2)) : 0;
    this.#earlier.set(live, { bytes, restMs });
    return restMs;
  }

  async #look(pull: Pull): Promise<void> {
    const { job } = pull.live.key;
    const wait = this.#waits.get(job);
    if (wait === undefined) return;
    const { why, freeBytes } = await this.#room(pull, wait.trouble);
    const isReady = why === null && (await this.#clear(pull)) && performance.now() >= wait.untilMs;
    if (this.#waits.get(job) !== wait || this.#parts.signal.aborted) return;
    if (isReady) {
      this.#waits.delete(job);
      this.#events.onReady(pull);
      return;
    }
    this.#show(pull, { why: why ?? wait.trouble.why, neededBytes: neededOf(wait.trouble), freeBytes });
    // Nobody stays for a disk: an engine that has nothing else to do may end.
    wait.timer = setTimeout(() => void this.#look(pull), LOOK_MS).unref();
  }

  /** What a failed sync has left is removed before anything counts. Returns whether nothing of it is there. */
  async #clear(pull: Pull): Promise<boolean> {
    if (pull.stored.mustClear !== true) return true;
    const { state, log, book } = this.#parts;
    const { key } = pull.live;
    try {
      await noteLeftoverParts(state, [key], log);
      const parts = (await state.parts.list(key)).map(({ path }) => Buffer.from(path));
      const left = await removeParts(parts.filter((path) => path.toString('latin1').endsWith('.part')));
      if (left.length > 0) return false;
      await Promise.all([state.parts.remove(key, parts), state.claims.dropAll(key)]);
    } catch (error) {
      log('warn', 'parts-not-cleared', { failure: toFailure(error).toData() });
      return false;
    }
    pull.stored = { ...pull.stored, mustClear: false };
    book.showParts(pull.live, []);
    book.update(pull.live, { resume: { ...pull.stored } });
    return true;
  }

  #show(pull: Pull, told: WaitingDetail): void {
    const { view } = pull.live;
    // What is free on the disk is not what a quota leaves.
    const detail = told.why.code === 'over-quota' ? { ...told, freeBytes: null } : told;
    const waitingFor = isNoRoom(detail.why) ? 'space' : 'disk';
    const isSame =
      view.waitingFor === waitingFor && JSON.stringify(view.waitingDetail) === JSON.stringify(detail);
    if (isSame) return;
    this.#parts.book.update(pull.live, {
      state: 'waiting',
      waitingFor,
      waitingDetail: detail,
      pausedBy: null,
    });
    this.#events.onNews(pull);
  }
}

/** Nothing is said where a disk that is not there, or nothing but names, is missing. */
function neededOf({ why, neededBytes }: DiskTrouble): number | null {
  return why.code === 'no-space' || why.code === 'over-quota' ? neededBytes : null;
}
