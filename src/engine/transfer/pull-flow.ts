import { MAX_PENDING_FILES } from './pending-limit.ts';
import type { PullDisk } from './pull-disk.ts';
import type { PullGate } from './pull-gate.ts';
import type { PullListing } from './pull-listing.ts';
import type { PullWork } from './pull-work.ts';
import type { WorkQueue } from './work-queue.ts';

interface FlowParts {
  readonly gate: PullGate;
  readonly disk: PullDisk;
  readonly listing: PullListing;
  readonly queue: WorkQueue;
}

/** What a pull may ask for now, what it has asked for, and whether anything is left to be asked. */
export class PullFlow {
  readonly #parts: FlowParts;
  #inFlight = 0;

  constructor(parts: FlowParts) {
    this.#parts = parts;
  }

  /** The next piece to ask the source for; null while there is none, or none may be asked for. */
  take(): PullWork | null {
    const { gate, disk, queue } = this.#parts;
    if (gate.isShut) return null;
    const compare = disk.compares.take();
    if (compare !== null) return this.#took(compare);
    if (!gate.isOpen || disk.publishing.isRunning) return null;
    const ask = disk.ladder.nextAsk();
    if (ask !== null) {
      gate.took(ask.maxBytes);
      return this.#took(ask);
    }
    if (disk.plan.isHeld || disk.keeping.claims.isFull) return null;
    const work = queue.take();
    if (work === null) return null;
    gate.took(work.kind === 'run' ? work.bytes : work.length);
    return this.#took(work);
  }

  #took<Taken extends PullWork>(work: Taken): Taken {
    this.#inFlight += 1;
    return work;
  }

  /** A piece was answered, and the answer is taken in. */
  answered(): void {
    this.#inFlight -= 1;
  }

  /** Pieces that were asked for and will not come. */
  giveBack(work: readonly PullWork[]): void {
    const { disk, queue } = this.#parts;
    for (const piece of work) {
      this.#inFlight -= 1;
      if (piece.kind === 'hash') disk.compares.giveBack(piece);
      else if (piece.kind === 'ask') piece.lost();
      else queue.giveBack(piece);
    }
  }

  /** Held plans need the whole listing first; otherwise enough may be waiting. */
  get mayAskForPage(): boolean {
    const { gate, disk, queue } = this.#parts;
    if (gate.isShut || disk.plan.isAskingEnough) return false;
    return disk.plan.isHeld || queue.pendingFiles + disk.ladder.pendingFiles <= MAX_PENDING_FILES;
  }

  /** Nothing is under way and nothing is left to be asked for, as far as is listed. */
  get isIdle(): boolean {
    const { disk, queue } = this.#parts;
    if (this.#inFlight > 0 || !disk.compares.isEmpty || disk.plan.isComparing) return false;
    if (disk.keeping.isBusy || disk.ladder.pendingFiles > 0) return false;
    return !disk.publishing.isRunning && (disk.plan.isHeld || queue.isEmpty);
  }

  /** All that is left waits for a person's answer. */
  get isOnlyAsking(): boolean {
    const { disk, listing } = this.#parts;
    if (!disk.plan.isAsking || !this.isIdle) return false;
    return listing.isEnded || disk.plan.isAskingEnough;
  }
}
