import { Failure, type FailureCode } from '../../shared/failure.ts';
import type { Preflight } from '../../shared/preflight.ts';
import type { TargetTraits } from '../disk/target-traits.ts';
import { type ByteName, toBytes } from '../wire/byte-name.ts';
import type { ListingRecord } from '../wire/listing-page.ts';
import type { ListedEntry } from './listing-checker.ts';
import { isRefusedByWindows } from './windows-names.ts';

type CopiedEntry = Exclude<ListedEntry, { kind: 'problem' }>;

/** What the destination itself says, when it is asked. */
export type PreflightPlace = Pick<
  Preflight,
  'neededNames' | 'freeBytes' | 'freeNames' | 'canWrite' | 'hasTrash'
>;

/** Checks every listed entry against what the destination's file system can hold, and counts what people are told. */
export class PreflightCheck {
  readonly #traits: TargetTraits;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  /** Names of the folder that is listed now, as they are there; a folder is listed in one go. */
  #folder = -1;
  readonly #names = new Set<string>();
  readonly #counts = { links: 0, specials: 0, unreadable: 0, tooLarge: 0, badNames: 0, collisions: 0 };
  #neededBytes = 0;

  constructor(traits: TargetTraits) {
    this.#traits = traits;
  }

  /** Something that the source cannot give. */
  noteProblem(code: FailureCode): void {
    if (code === 'special-file') this.#counts.specials += 1;
    else this.#counts.unreadable += 1;
  }

  /** A record as it will be here: where there are no holes, files take all of their size. */
  asThere(record: ListingRecord): ListingRecord {
    return record.kind === 'file' && !this.#traits.keepsHoles ? { ...record, holeBytes: 0 } : record;
  }

  /** Takes the next entry; why the destination cannot hold it, or null. */
  refuse(entry: CopiedEntry): Failure | null {
    if (entry.kind === 'link') this.#counts.links += 1;
    this.#noteCollision(entry);
    const failure = this.#refuseName(entry.name) ?? this.#refuseSize(entry);
    if (failure !== null) this.#counts[failure.code === 'file-too-large' ? 'tooLarge' : 'badNames'] += 1;
    return failure;
  }

  #refuseName(name: ByteName): Failure | null {
    const { maxNameBytes, hasWindowsNames } = this.#traits;
    if (name.length > maxNameBytes) return new Failure('name-too-long');
    if (!hasWindowsNames) return null;
    const text = this.#textOf(name);
    if (text === null) return new Failure('name-not-possible', { reason: 'not UTF-8' });
    return isRefusedByWindows(text) ? new Failure('name-not-possible') : null;
  }

  #refuseSize(entry: CopiedEntry): Failure | null {
    const { maxFileBytes } = this.#traits;
    const isTooLarge = entry.kind === 'file' && maxFileBytes !== null && entry.version.size > maxFileBytes;
    return isTooLarge ? new Failure('file-too-large') : null;
  }

  /** Only counted: which of two gets the name the file system decides, and none replaces the other. */
  #noteCollision({ parent, name }: CopiedEntry): void {
    if (!this.#traits.foldsCase && !this.#traits.foldsUnicode) return;
    if (parent !== this.#folder) this.#names.clear();
    this.#folder = parent;
    const key = this.#fold(name);
    if (this.#names.has(key)) this.#counts.collisions += 1;
    this.#names.add(key);
  }

  #fold(name: ByteName): string {
    const text = this.#textOf(name);
    if (text === null) return name;
    const composed = this.#traits.foldsUnicode ? text.normalize('NFC') : text;
    return this.#traits.foldsCase ? composed.toUpperCase().toLowerCase() : composed;
  }

  #textOf(name: ByteName): string | null {
    try {
      return this.#decoder.decode(toBytes(name));
    } catch {
      return null;
    }
  }

  /** Content that is to be written. */
  needs(bytes: number): void {
    this.#neededBytes += bytes;
  }

  get neededBytes(): number {
    return this.#neededBytes;
  }

  report(place: PreflightPlace): Preflight {
    const { fileSystem, maxFileBytes } = this.#traits;
    return { ...place, ...this.#counts, neededBytes: this.#neededBytes, fileSystem, maxFileBytes };
  }
}
