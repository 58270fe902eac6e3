import type { ConflictPolicy } from '../../shared/copy-options.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { ConflictQuestion } from '../../shared/job.ts';
import { freeAlternative } from '../disk/publish.ts';
import type { Stat } from '../disk/stat.ts';
import type { Metadata, Target, TreeWriter } from '../disk/tree-writer.ts';
import { type Decision, decide, onClash } from '../plan/decide.ts';
import { decidePatch } from '../plan/decide-patch.ts';
import { type ListedEntry, ListingChecker } from '../plan/listing-checker.ts';
import { OfferedItems } from '../plan/offered-items.ts';
import type { PreflightCheck } from '../plan/preflight-check.ts';
import type { ByteName, BytePath } from '../wire/byte-name.ts';
import type { ListingRecord } from '../wire/listing-page.ts';
import { failsWholeJob } from './fatal.ts';
import { toFileTask } from './file-task.ts';
import { foresee } from './foresee.ts';
import { type ClashAnswer, HeldClashes } from './held-clashes.ts';
import type { LinkList } from './link-list.ts';
import type { PullOrder } from './pull-order.ts';
import type { PullTally } from './pull-tally.ts';
import { concludeDryRun } from './report-preflight.ts';
import type { ResumedTree } from './resumed-tree.ts';
import { roomlessOf, roomOf } from './room.ts';
import type { Compare, FileTask } from './work-queue.ts';

type CopiedEntry = Exclude<ListedEntry, { kind: 'problem' }>;
type FileEntry = CopiedEntry & { kind: 'file' };

export interface PlanParts {
  readonly order: PullOrder;
  readonly writer: TreeWriter;
  /** Takes a file whose content is not there. */
  readonly fetch: (task: FileTask) => void;
  readonly links: LinkList;
  readonly tally: PullTally;
  readonly resumed: ResumedTree;
  /** Starts comparing a file here with the source's hash; `isSame` comes later. */
  readonly compare: (entry: Compare['folder'], file: CompareFile) => void;
  /** Looks whether what is listed fits. @throws Failure `no-space`. */
  readonly checkSpace: () => void;
  /** Whether the file system can hold what is listed. */
  readonly preflight: PreflightCheck;
  /** The destination folder is not there and, in a dry run, stays so. */
  readonly isMissing: boolean;
}

/** A file whose content decides. */
export interface CompareFile {
  readonly sourceName: ByteName;
  readonly version: FileEntry['version'];
  readonly done: (isSame: boolean) => void;
}

/**
 * Preflight, page by page: every listed entry is checked against what is here before a byte of it moves.
 * While a clash could still refuse the whole job (`fail`), or for a dry run, decisions are held back and
 * nothing is touched; otherwise they are carried out at once, so work starts while the source still walks.
 */
export class TreePlan {
  readonly #parts: PlanParts;
  readonly #checker = new ListingChecker();
  readonly #offered: OfferedItems;
  /** Folders that are new here: nothing can be in the way inside. */
  readonly #fresh = new Set<number>();
  /** Folders that are left out with everything below. */
  readonly #dropped = new Set<number>();
  #held: { entry: CopiedEntry; decision: Decision }[] | null = [];
  /** What a person has to decide on, under `ask`. */
  readonly #clashes = new HeldClashes();
  #merges = 0;
  #compares = 0;
  #isListed = false;

  constructor(parts: PlanParts) {
    this.#parts = parts;
    this.#offered = new OfferedItems(parts.order.offered);
    if (parts.isMissing) this.#fresh.add(0);
  }

  get isHeld(): boolean {
    return this.#held !== null;
  }

  get isComparing(): boolean {
    return this.#compares > 0;
  }

  /** Whether entries wait for an answer. */
  get isAsking(): boolean {
    return !this.#clashes.isEmpty;
  }

  /** Whether so many wait for it that no further page should be asked for. */
  get isAskingEnough(): boolean {
    return this.#clashes.isFull;
  }

  /** What has to be decided, as far as it is known; null when nothing has. */
  question(): ConflictQuestion | null {
    return this.#clashes.question(this.#isListed && this.#compares === 0);
  }

  /** Settles what waits, and all that clashes later. @throws Failure: what fails the whole job. */
  answer(answer: ClashAnswer): void {
    for (const { entry, isBelow } of this.#clashes.answer(answer)) {
      if (isBelow) this.#planEntry(entry);
      // It is looked at again: a person takes time, and what was in the way may be gone.
      else if (entry.kind !== 'problem') this.#guard(entry, () => this.#settle(entry, this.#decide(entry)));
    }
  }

  /** Takes a page's records. @throws Failure: what fails the whole job. */
  accept(records: readonly ListingRecord[]): void {
    for (const record of records) {
      const entry = this.#checker.accept(this.#parts.preflight.asThere(record));
      if (entry === null) {
        if (record.kind === 'enter' && record.folder !== 0) this.#afterTop();
        continue;
      }
      if (entry.parent === 0) this.#offered.accept(entry.name);
      this.#parts.tally.noteListed(entry);
      this.#planEntry(entry);
    }
    // The rest of the listing waits for the answer; what does not clash need not.
    if (this.#clashes.isFull && this.#held !== null) this.#release();
    this.#parts.checkSpace();
  }

  /** A source that said less than it lists. @throws Failure `over-cap`. */
  #checkAgreed(): void {
    const { order, tally } = this.#parts;
    const maxBytes = order.maxBytes ?? Number.POSITIVE_INFINITY;
    if (tally.totalBytes > maxBytes) throw new Failure('over-cap', { reason: 'more than was agreed to' });
  }

  /** The listing is complete: what was held back may go, or is refused. @throws Failure `exists`. */
  endListing(): void {
    this.#isListed = true;
    if (this.#compares > 0 || this.#held === null) return;
    const { tally, order, preflight, writer } = this.#parts;
    if (order.dryRun) return concludeDryRun(preflight, tally, writer);
    if (tally.clashes > 0) throw new Failure('exists', { reason: `${tally.clashes}` });
    this.#release();
  }

  /** All top-level entries are known: without a merge or a clash nothing below can clash either. */
  #afterTop(): void {
    const { order, tally } = this.#parts;
    if (this.#held === null || order.dryRun) return;
    if (order.onConflict === 'fail' && this.#merges + tally.clashes + this.#compares > 0) return;
    this.#release();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const { entry, decision } of held) {
      this.#parts.tally.roomlessBytes -= roomlessOf(entry, decision);
      this.#carryOut(entry, decision);
    }
  }

  #planEntry(entry: ListedEntry): void {
    const { tally, writer, preflight } = this.#parts;
    if (this.#dropped.has(entry.parent)) {
      if (entry.kind === 'folder') this.#dropped.add(entry.number);
      return;
    }
    if (this.#clashes.isHeldFolder(entry.parent)) {
      this.#clashes.holdBelow(entry);
      return;
    }
    if (entry.kind === 'problem') {
      const detail = entry.reason === '' ? {} : { reason: entry.reason };
      tally.addProblem(this.#pathOf(entry), new Failure(entry.code, detail));
      preflight.noteProblem(entry.code);
      return;
    }
    if (entry.kind === 'file') {
      tally.totalFiles += 1;
      tally.totalBytes += entry.version.size;
      tally.roomlessBytes += entry.holeBytes;
      if (!Number.isSafeInteger(tally.totalBytes)) {
        throw new Failure('peer-misbehaved', { reason: 'sizes too large' });
      }
      this.#checkAgreed();
    }
    if (entry.kind === 'folder') {
      writer.folders.add(entry.number, { parent: entry.parent, name: entry.name, sourceName: entry.name });
    }
    this.#guard(entry, () => {
      const refused = preflight.refuse(entry);
      if (refused !== null) this.#leaveOut(entry, refused);
      else this.#settle(entry, this.#decide(entry));
    });
  }

  /** An entry that cannot be here, with all that is below it. */
  #leaveOut(entry: CopiedEntry, failure: Failure): void {
    this.#parts.tally.addProblem(this.#pathOf(entry), failure);
    this.#countDone(entry);
    if (entry.kind === 'folder') this.#dropped.add(entry.number);
  }

  #decide(entry: CopiedEntry): Decision {
    const { writer, order } = this.#parts;
    const { checksum, range } = order;
    const isFresh = this.#fresh.has(entry.parent);
    if (range) return decidePatch(entry, isFresh ? null : writer.stat(entry.parent, entry.name));
    const onConflict = this.#policyFor(entry);
    if (isFresh) return decide(entry, null, null, { onConflict, checksum });
    const existing = writer.stat(entry.parent, entry.name);
    const link = existing?.type === 'link' ? writer.folders.get(entry.parent).readLink(entry.name) : null;
    return decide(entry, existing, link, { onConflict, checksum });
  }

  #policyFor(entry: CopiedEntry): ConflictPolicy {
    const { onConflict, dryRun } = this.#parts.order;
    if (onConflict !== 'ask') return onConflict;
    // A dry run asks nobody: it says what would be asked.
    return dryRun ? 'fail' : (this.#clashes.policyFor(() => this.#pathOf(entry)) ?? 'ask');
  }

  /** Notes what a decision means for later ones, then holds it back or carries it out. */
  #settle(entry: CopiedEntry, decision: Decision): void {
    const { tally } = this.#parts;
    switch (decision.action) {
      case 'compare':
        this.#startCompare(entry as FileEntry, decision);
        return;
      case 'ask': {
        const onConflict = this.#policyFor(entry);
        // Content was still being compared when the answer came.
        if (onConflict !== 'ask') this.#settle(entry, onClash(entry, decision.existing, { onConflict }));
        else this.#clashes.hold(entry, this.#pathOf(entry), decision.existing);
        return;
      }
      case 'refuse':
        tally.addClash(this.#pathOf(entry));
        if (entry.kind === 'folder') this.#dropped.add(entry.number);
        return;
      case 'skip':
        this.#leaveOut(entry, new Failure('exists', { reason: decision.reason }));
        return;
      case 'create':
      case 'keep-both':
        if (entry.kind === 'folder') this.#fresh.add(entry.number);
        break;
      case 'merge':
        this.#merges += 1;
        break;
      case 'replace':
      case 'unchanged':
        break;
    }
    if (this.#parts.order.dryRun) foresee(entry, decision, this.#parts);
    else if (this.#held === null) this.#carryOut(entry, decision);
    else {
      this.#parts.tally.roomlessBytes += roomlessOf(entry, decision);
      this.#held.push({ entry, decision });
    }
  }

  #startCompare(entry: FileEntry, { expected: existing, otherwise }: Decision & { action: 'compare' }): void {
    const { tally } = this.#parts;
    this.#compares += 1;
    tally.roomlessBytes += roomOf(entry);
    this.#parts.compare(entry.parent, {
      sourceName: entry.name,
      version: entry.version,
      done: (isSame) => {
        this.#compares -= 1;
        tally.roomlessBytes -= roomOf(entry);
        this.#guard(entry, () => this.#settle(entry, isSame ? { action: 'unchanged', existing } : otherwise));
      },
    });
  }

  #carryOut(entry: CopiedEntry, decision: Decision): void {
    this.#guard(entry, () => {
      switch (entry.kind) {
        case 'folder':
          this.#carryOutFolder(entry, decision);
          break;
        case 'file':
          this.#carryOutFile(entry, decision);
          break;
        case 'link':
          this.#carryOutLink(entry, decision);
          break;
      }
    });
  }

  #carryOutFolder(entry: CopiedEntry & { kind: 'folder' }, decision: Decision): void {
    const { writer, tally, resumed } = this.#parts;
    const to: Metadata = { mode: entry.mode, mtimeSec: entry.mtimeSec, mtimeNs: entry.mtimeNs };
    if (decision.action === 'merge') {
      writer.mergeFolder(entry.number, to, decision.existing);
    } else {
      const name =
        decision.action === 'keep-both'
          ? freeAlternative(writer.folders.get(entry.parent), entry.name, true)
          : entry.name;
      resumed.expectFolder(entry.parent, name);
      if (writer.createFolder(entry.number, name, to)) resumed.noteFolder(entry.number);
    }
    tally.folders += 1;
  }

  #carryOutFile(entry: FileEntry, decision: Decision): void {
    const { order, writer, fetch, links, tally, resumed } = this.#parts;
    const { version, group, name } = entry;
    if (decision.action === 'unchanged') {
      tally.noteThere(entry);
      this.#accept(entry, name, decision.existing);
      return;
    }
    const otherName = decision.action === 'keep-both' ? resumed.otherNameOf(entry) : null;
    if (otherName !== null) return this.#accept(entry, otherName);
    if (resumed.hasFile(entry, group > 0 && links.isFollower(group))) return this.#accept(entry, name);
    const target = this.#target(entry, decision);
    if (group > 0 && links.isFollower(group)) {
      links.addHardLink({ group, target, path: this.#pathOf(entry), bytes: version.size });
      tally.roomlessBytes += roomOf(entry);
      return;
    }
    if (group > 0) links.noteFirst(group, target);
    const task = toFileTask(entry, target, writer.folders.pathBytes(entry.parent), order.range);
    if (!resumed.goesOn(task)) fetch(task);
  }

  /** A file that has its content and its place, under `name`. */
  #accept(entry: FileEntry, name: ByteName, seen: Stat | null = null): void {
    const { writer, tally, links } = this.#parts;
    const { mtimeSec, mtimeNs } = entry.version;
    writer.refresh(entry.parent, name, { mode: entry.mode, mtimeSec, mtimeNs }, seen);
    tally.files += 1;
    this.#countDone(entry);
    if (entry.group > 0) links.noteUnchanged(entry.group, entry.parent, name);
  }

  #carryOutLink(entry: CopiedEntry & { kind: 'link' }, decision: Decision): void {
    const { links, tally, writer, resumed } = this.#parts;
    if (decision.action === 'unchanged' || resumed.hasLink(entry)) {
      writer.folders.get(entry.parent).setTimes(entry.name, entry.mtimeSec, entry.mtimeNs);
      tally.links += 1;
      return;
    }
    links.addSymbolicLink({
      target: this.#target(entry, decision),
      linkTarget: entry.target,
      metadata: { mode: 0o777, mtimeSec: entry.mtimeSec, mtimeNs: entry.mtimeNs },
      path: this.#pathOf(entry),
    });
  }

  #target(entry: CopiedEntry, decision: Decision): Target {
    const { writer } = this.#parts;
    if (decision.action === 'replace') {
      const plan = { kind: 'replace', expected: decision.expected } as const;
      return { folder: entry.parent, name: entry.name, plan };
    }
    const name =
      decision.action === 'keep-both'
        ? freeAlternative(writer.folders.get(entry.parent), entry.name, false)
        : entry.name;
    return { folder: entry.parent, name, plan: { kind: 'new' } };
  }

  /** Runs `step`; what only concerns this entry becomes its problem, the rest fails the job. */
  #guard(entry: CopiedEntry, step: () => void): void {
    try {
      step();
    } catch (error) {
      const failure = toFailure(error);
      if (failsWholeJob(failure) || entry.parent === 0) throw failure;
      this.#leaveOut(entry, failure);
    }
  }

  #countDone(entry: CopiedEntry): void {
    if (entry.kind !== 'file') return;
    this.#parts.tally.doneFiles += 1;
    this.#parts.tally.doneBytes += entry.version.size;
    this.#parts.tally.roomlessBytes -= entry.holeBytes;
  }

  #pathOf(entry: { readonly parent: number; readonly name: ByteName }): BytePath {
    return [...this.#parts.writer.folders.sourcePath(entry.parent), entry.name];
  }
}
