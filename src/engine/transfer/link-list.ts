import { Failure, toFailure } from '../../shared/failure.ts';
import type { Metadata, Target, TreeWriter } from '../disk/tree-writer.ts';
import type { ByteName, BytePath } from '../wire/byte-name.ts';
import { failsWholeJob } from './fatal.ts';
import type { PullTally } from './pull-tally.ts';

interface SymbolicLink {
  readonly target: Target;
  readonly linkTarget: string;
  readonly metadata: Metadata;
  readonly path: BytePath;
}

interface HardLink {
  readonly group: number;
  readonly target: Target;
  readonly path: BytePath;
  readonly bytes: number;
}

interface First {
  readonly folder: number;
  name: ByteName;
  failure: Failure | null;
  /** Its content is written, or was there. */
  hasArrived: boolean;
}

/**
 * Links wait until all content is there: symbolic ones so that nothing is ever written through them,
 * hard ones because they need the file they share.
 */
export class LinkList {
  readonly #symbolic: SymbolicLink[] = [];
  readonly #hard: HardLink[] = [];
  readonly #firsts = new Map<number, First>();

  addSymbolicLink(link: SymbolicLink): void {
    this.#symbolic.push(link);
  }

  addHardLink(link: HardLink): void {
    this.#hard.push(link);
  }

  /** Whether an earlier file of the group carries the content. */
  isFollower(group: number): boolean {
    return this.#firsts.has(group);
  }

  noteFirst(group: number, target: Target): void {
    this.#firsts.set(group, { folder: target.folder, name: target.name, failure: null, hasArrived: false });
  }

  noteUnchanged(group: number, folder: number, name: ByteName): void {
    if (!this.#firsts.has(group)) this.#firsts.set(group, { folder, name, failure: null, hasArrived: true });
  }

  noteArrived(group: number): void {
    const first = this.#firsts.get(group);
    if (first !== undefined) first.hasArrived = true;
  }

  noteFailed(group: number, failure: Failure): void {
    const first = this.#firsts.get(group);
    if (first !== undefined) first.failure = failure;
  }

  /** A file got another name than planned. */
  noteLateName(folder: number, planned: ByteName, name: ByteName): void {
    for (const first of this.#firsts.values()) {
      if (first.folder === folder && first.name === planned) first.name = name;
    }
  }

  /**
   * Creates them all; what fails becomes a problem. With `onlyArrived` hard links to files that did not come
   * are left out: what has their name here is something else. @throws Failure that fails the whole job.
   */
  create(writer: TreeWriter, tally: PullTally, onlyArrived = false): void {
    for (const link of this.#hard) {
      if (onlyArrived && this.#firsts.get(link.group)?.hasArrived !== true) continue;
      const made = attempt(tally, link.path, () => {
        if (this.#createHard(writer, link)) return;
        tally.addProblem(link.path, new Failure('metadata-lost', { reason: 'hard link' }));
      });
      if (made) tally.files += 1;
      tally.doneFiles += 1;
      tally.doneBytes += link.bytes;
    }
    for (const link of this.#symbolic) {
      const made = attempt(tally, link.path, () =>
        writer.createLink(link.target, link.linkTarget, link.metadata),
      );
      if (made) tally.links += 1;
    }
  }

  #createHard(writer: TreeWriter, link: HardLink): boolean {
    const first = this.#firsts.get(link.group);
    if (first === undefined) throw new Failure('internal', { reason: 'hard link without a first' });
    if (first.failure !== null) throw first.failure;
    return writer.createHardLink(link.target, first.folder, first.name);
  }
}

function attempt(tally: PullTally, path: BytePath, step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    const failure = toFailure(error);
    if (failsWholeJob(failure)) throw failure;
    tally.addProblem(path, failure);
    return false;
  }
}
