import type { AnswerPolicy } from '../../shared/engine-api.ts';
import { type Clash, type ClashSide, type ConflictQuestion, MAX_SHOWN_CLASHES } from '../../shared/job.ts';
import type { Stat } from '../disk/stat.ts';
import type { ListedEntry } from '../plan/listing-checker.ts';
import { type BytePath, showPath } from '../wire/byte-name.ts';

type CopiedEntry = Exclude<ListedEntry, { kind: 'problem' }>;

/** What a person decided about the clashes of a job, those still to come too. */
export interface ClashAnswer {
  readonly policy: AnswerPolicy;
  /** Exceptions, by path as it was shown. */
  readonly choices: readonly { readonly path: string; readonly policy: AnswerPolicy }[];
}

/** An entry that waits for the answer: one that clashes, or one below a folder that does. */
interface HeldEntry {
  readonly entry: ListedEntry;
  readonly isBelow: boolean;
}

/** Entries held above which no further listing is asked for: keeps memory flat while nobody answers. */
const MAX_HELD = 10_000;
/** Characters of all paths shown together; a path may be half a megabyte long. */
const MAX_SHOWN_CHARACTERS = 256 * 1024;

/** The entries of one job that wait for an answer, and after it what the answer was. In listing order. */
export class HeldClashes {
  #held: HeldEntry[] = [];
  readonly #folders = new Set<number>();
  #clashes: Clash[] = [];
  #shownCharacters = 0;
  #count = 0;
  #policy: AnswerPolicy | null = null;
  readonly #choices = new Map<string, AnswerPolicy>();

  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  get isFull(): boolean {
    return this.#held.length >= MAX_HELD;
  }

  /** The folder itself waits, so nothing can be said of what is in it. */
  isHeldFolder(folder: number): boolean {
    return this.#folders.has(folder);
  }

  hold(entry: CopiedEntry, path: BytePath, existing: Stat): void {
    this.#add({ entry, isBelow: false });
    this.#count += 1;
    const shown = showPath(path).path;
    if (this.#clashes.length >= MAX_SHOWN_CLASHES) return;
    this.#shownCharacters += shown.length;
    if (this.#shownCharacters > MAX_SHOWN_CHARACTERS) return;
    this.#clashes.push({ path: shown, theirs: theirs(entry), ours: ours(existing) });
  }

  holdBelow(entry: ListedEntry): void {
    this.#add({ entry, isBelow: true });
  }

  #add(held: HeldEntry): void {
    this.#held.push(held);
    if (held.entry.kind === 'folder') this.#folders.add(held.entry.number);
  }

  /** What has to be asked now. @param complete whether no further clash can come. */
  question(complete: boolean): ConflictQuestion | null {
    return this.#count === 0 ? null : { count: this.#count, complete, clashes: [...this.#clashes] };
  }

  /** The answer for one entry; null before there is one. */
  policyFor(path: () => BytePath): AnswerPolicy | null {
    if (this.#policy === null || this.#choices.size === 0) return this.#policy;
    return this.#choices.get(showPath(path()).path) ?? this.#policy;
  }

  /** Takes the answer and gives back what waited for it. */
  answer(answer: ClashAnswer): readonly HeldEntry[] {
    this.#policy = answer.policy;
    for (const { path, policy } of answer.choices) this.#choices.set(path, policy);
    const held = this.#held;
    this.#held = [];
    this.#folders.clear();
    this.#clashes = [];
    this.#count = 0;
    return held;
  }
}

function theirs(entry: CopiedEntry): ClashSide {
  const { mtimeSec, mtimeNs } = entry.kind === 'file' ? entry.version : entry;
  const bytes = entry.kind === 'file' ? entry.version.size : 0;
  return { type: entry.kind, bytes, mtimeMs: toMs(mtimeSec, mtimeNs) };
}

function ours(existing: Stat): ClashSide {
  const { type } = existing;
  const isCopied = type === 'file' || type === 'folder' || type === 'link';
  return {
    type: isCopied ? type : 'special',
    bytes: type === 'file' ? existing.size : 0,
    mtimeMs: toMs(existing.mtimeSec, existing.mtimeNs),
  };
}

function toMs(seconds: number, nanoseconds: number): number {
  return seconds * 1000 + Math.floor(nanoseconds / 1e6);
}
