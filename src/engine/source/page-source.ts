import type { MessagePort } from 'node:worker_threads';
import { Failure } from '../../shared/failure.ts';
import type { PageOutcome, PagePiece } from '../../shared/page-frames.ts';
import { isSameVersion } from '../disk/stat.ts';
import { FileHasher } from '../wire/block-hash.ts';
import type { BytePath } from '../wire/byte-name.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import type { Outcome } from '../wire/data-run-table.ts';
import type { FileVersion } from '../wire/data-version.ts';
import type { WantBlock, WantedFile, WantGroup, WantHash } from '../wire/data-wants.ts';
import type { ListingRecord } from '../wire/listing-page.ts';
import { PAGE_FILE_MODE, PageCursor, versionOf } from './page-cursor.ts';
import { PageLink } from './page-link.ts';
import { type PageFile, type PageItem, PageTree } from './page-tree.ts';
import type { Later, RemoteSource, RunRead, Source, StageTimer } from './source.ts';

/** Answers under way on each connection: one being sent, one on its way from the page, one to spare. */
const READS_AT_ONCE = 3;

/** A wanted file as the page has it now, or why there is nothing to ask for. */
type Found = { readonly file: PageFile } | { readonly outcome: Outcome };

/**
 * Files that a page in a browser holds. The page comes by a port (`attach`), lists, and answers what is asked;
 * while none is there, reads wait. Another page with the same files may take its place.
 */
export class PageSource implements Source, RemoteSource {
  readonly remote: RemoteSource = this;
  readonly readsAtOnce = READS_AT_ONCE;
  readonly #tree: PageTree;
  readonly #startedMs = Date.now();
  readonly #onPage: (isThere: boolean) => void;
  #cursor: PageCursor | null = null;
  #link: PageLink | null = null;
  #isClosed = false;
  #listener: () => void = () => undefined;
  /** Reads that wait for the listing to come to their file, or for a page. */
  readonly #waiting = new Set<() => void>();
  #reads = 0;
  #readingSinceMs = 0;

  /** @param onPage hears whenever a page comes or goes. */
  constructor(items: readonly PageItem[], onPage: (isThere: boolean) => void) {
    this.#onPage = onPage;
    this.#tree = new PageTree(items, (folder) => this.#cursor?.completed(folder));
  }

  get isAway(): boolean {
    return this.#link === null;
  }

  watch(listener: () => void): void {
    this.#listener = listener;
  }

  /** A page is there. Owns `port`; a page that was there before is sent away. */
  attach(port: MessagePort): void {
    if (this.#isClosed) {
      port.close();
      return;
    }
    const before = this.#link;
    this.#tree.begin();
    const link = new PageLink(port, {
      onRecords: (records) => {
        this.#tree.accept(records);
        this.#news();
      },
      onEnd: () => {
        this.#tree.end();
        this.#news();
      },
      onGone: () => {
        if (this.#link !== link) return;
        this.#link = null;
        this.#onPage(false);
        this.#news();
      },
    });
    this.#link = link;
    before?.finish('replaced');
    this.#onPage(true);
    this.#news();
  }

  #news(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    this.#listener();
  }

  records(): Iterator<ListingRecord | Later, void> {
    this.#cursor = new PageCursor(this.#tree.root, this.#startedMs);
    return this.#cursor;
  }

  async readBlock(want: WantBlock, into: Buffer, timer: StageTimer, signal: AbortSignal): Promise<Outcome> {
    for (;;) {
      const found = await this.#find(want.path, want.version, signal);
      if ('outcome' in found) return found.outcome;
      const { offset, length } = want;
      const answer = await this.#ask([{ file: found.file.number, offset, length }], timer);
      const outcome = answer?.outcomes[0];
      // The page has gone meanwhile; another may have what it did not tell.
      if (answer === null || outcome === undefined) continue;
      into.set(answer.content);
      return toOutcome(outcome, found.file, length);
    }
  }

  async readRun(
    groups: readonly WantGroup[],
    into: Buffer,
    timer: StageTimer,
    signal: AbortSignal,
  ): Promise<RunRead> {
    for (;;) {
      const found: { readonly wanted: WantedFile; readonly found: Found }[] = [];
      for (const { folder, files } of groups) {
        for (const wanted of files) {
          const path = [...folder, wanted.name];
          found.push({ wanted, found: await this.#find(path, wanted.version, signal) });
        }
      }
      const run = await this.#readFound(found, into, timer);
      if (run !== null) return run;
    }
  }

  /** Null when the page went. */
  async #readFound(
    wants: readonly { readonly wanted: WantedFile; readonly found: Found }[],
    into: Buffer,
    timer: StageTimer,
  ): Promise<RunRead | null> {
    const pieces: PagePiece[] = [];
    for (const { wanted, found } of wants) {
      const length = wanted.version.size;
      if ('file' in found && length > 0) pieces.push({ file: found.file.number, offset: 0, length });
    }
    const answer = pieces.length === 0 ? { outcomes: [], content: EMPTY } : await this.#ask(pieces, timer);
    if (answer === null) return null;
    into.set(answer.content);
    const told = answer.outcomes.values();
    const outcomes = wants.map(({ wanted, found }): Outcome => {
      if ('outcome' in found) return found.outcome;
      const length = wanted.version.size;
      if (length === 0) return { status: 'ok', length };
      return toOutcome(told.next().value ?? { status: 'vanished' }, found.file, length);
    });
    return { outcomes, length: answer.content.length };
  }

  async hashFile(
    want: WantHash,
    timer: StageTimer,
    signal: AbortSignal,
  ): Promise<{ readonly hash: Buffer } | { readonly outcome: Outcome }> {
    const hasher = new FileHasher();
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
    for (let offset = 0; offset < want.version.size; offset += BLOCK_BYTES) {
      const length = Math.min(BLOCK_BYTES, want.version.size - offset);
      const outcome = await this.readBlock({ ...want, offset, length }, buffer, timer, signal);
      if (outcome.status !== 'ok') return { outcome };
      const startMs = performance.now();
      hasher.addBlock(buffer.subarray(0, length));
      timer.since('hash', startMs);
    }
    return { hash: hasher.digest() };
  }

  /** Waits until the page that is there has come to this file, or until it is known that it has not. */
  async #find(path: BytePath, version: FileVersion, signal: AbortSignal): Promise<Found> {
    for (;;) {
      if (this.#isClosed || signal.aborted) throw new Failure('cancelled');
      const file = this.#link === null ? 'later' : this.#tree.find(path);
      if (file === 'gone') return { outcome: { status: 'vanished' } };
      if (file !== 'later') {
        return isSameVersion(versionOf(file), version) ? { file } : { outcome: changed(file) };
      }
      await this.#untilNews(signal);
    }
  }

  #untilNews(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      this.#waiting.add(wake);
    });
  }

  /** Reads overlap: what is counted is the time in which at least one is under way. */
  async #ask(pieces: readonly PagePiece[], timer: StageTimer) {
    const link = this.#link;
    if (link === null) return null;
    if (this.#reads === 0) this.#readingSinceMs = performance.now();
    this.#reads += 1;
    const answer = await link.ask(pieces);
    this.#reads -= 1;
    if (this.#reads === 0) timer.since('write', this.#readingSinceMs);
    return answer;
  }

  /** The thread ends, not the job: the page is left without a word. */
  interrupt(): void {
    this.#link?.close();
  }

  /** The job has ended. */
  close(): void {
    this.#isClosed = true;
    const link = this.#link;
    this.#link = null;
    link?.finish('ended');
    this.#news();
  }
}

const EMPTY = new Uint8Array(0);

function changed(file: PageFile): Outcome {
  return { status: 'changed', version: versionOf(file), mode: PAGE_FILE_MODE };
}

/** What the page said of a piece; what it says of a file holds for later wants too. */
function toOutcome(outcome: PageOutcome, file: PageFile, length: number): Outcome {
  switch (outcome.status) {
    case 'ok':
      return { status: 'ok', length };
    case 'changed':
      file.size = outcome.size;
      file.mtimeMs = outcome.mtimeMs;
      return changed(file);
    case 'vanished':
      return { status: 'vanished' };
    case 'unreadable':
      return { status: 'unreadable', reason: 'NOT_READABLE' };
  }
}
