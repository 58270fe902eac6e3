import { setImmediate as nextTurn } from 'node:timers/promises';
import { Failure, toFailure } from '../../shared/failure.ts';
import { hashBytes } from '../wire/block-hash.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import type { CommitBody } from '../wire/data-wants.ts';
import type { PullHandler, SourceStream } from './pull-stream.ts';
import { type PullWork, toGroups } from './pull-work.ts';
import type { ServeJob } from './serve-job.ts';

/**
 * The destination's way to a source that is this device itself, in this thread: the same questions and answers as
 * over a connection, with nothing on the wire. One piece at a time, with a turn of the loop between.
 */
export class LocalStream implements SourceStream {
  readonly #job: ServeJob;
  readonly #handler: PullHandler;
  readonly #onFailed: (failure: Failure) => void;
  readonly #stop = new AbortController();
  readonly #buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #credit = 0;
  #commit: CommitBody | null = null;
  #isListing = false;
  #isRunning = false;
  readonly wireBytes = 0;
  readonly isSourceAway = false;

  /** Owns `job`. @param onFailed told what fails the whole job. */
  constructor(job: ServeJob, handler: PullHandler, onFailed: (failure: Failure) => void) {
    this.#job = job;
    this.#handler = handler;
    this.#onFailed = onFailed;
  }

  /** As `PullStream.list`; there is one listing, from its beginning. */
  list(_from: number, credit: number): void {
    this.#credit = credit;
    this.#isListing = true;
    this.pump();
  }

  /** As `PullStream.creditPage`. */
  creditPage(next: number): void {
    this.#job.confirmBefore(next);
    this.#credit += 1;
    this.pump();
  }

  commit(body: CommitBody): void {
    this.#commit = body;
    this.pump();
  }

  /** Goes on while there is something to do. */
  pump(): void {
    if (this.#isRunning || this.#stop.signal.aborted) return;
    this.#isRunning = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      // Whoever calls is in the middle of something.
      do await nextTurn(undefined, { signal: this.#stop.signal });
      while (await this.#step());
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#onFailed(toFailure(error));
    }
    this.#isRunning = false;
  }

  /** Does one piece; false when there is none now. */
  async #step(): Promise<boolean> {
    if (this.#commit !== null) return this.#answerCommit(this.#commit);
    const listed = this.#list();
    const work = this.#handler.takeWork();
    if (work === null) return listed;
    await this.#serve(work);
    return true;
  }

  #answerCommit(body: CommitBody): boolean {
    this.#commit = null;
    const isWhole = this.#job.commit(body) === 'whole';
    this.#handler.onCommitted(isWhole ? null : new Failure('integrity', { reason: 'not what was listed' }));
    return false;
  }

  #list(): boolean {
    if (!this.#isListing || this.#credit === 0 || !this.#job.hasPageRoom) return false;
    const page = this.#job.nextPage();
    if (page === 'later') return false;
    if (page === null) {
      this.#isListing = false;
      const { entries, files, bytes } = this.#job.totals;
      this.#handler.onListingEnd({ entries, files, bytes, digest: this.#job.listingDigest });
      return true;
    }
    this.#credit -= 1;
    this.#handler.onPage(page.number, page.bytes, page.hash);
    return true;
  }

  async #serve(work: PullWork): Promise<void> {
    const { source, clock } = this.#job;
    const { signal } = this.#stop;
    const { pathOf } = this.#handler;
    switch (work.kind) {
      case 'run': {
        const groups = toGroups(work, pathOf);
        const { outcomes, length } = await source.readRun(groups, this.#buffer, clock, signal);
        this.#handler.onRun(work, outcomes, this.#buffer.subarray(0, length));
        return;
      }
      case 'block': {
        const { task } = work.file;
        const path = [...pathOf(task.folder), task.sourceName];
        const want = { path, version: task.version, offset: work.offset, length: work.length };
        const outcome = await source.readBlock(want, this.#buffer, clock, signal);
        const content = this.#buffer.subarray(0, outcome.status === 'ok' ? outcome.length : 0);
        const startMs = performance.now();
        const hash = hashBytes(content);
        clock.since('hash', startMs);
        // The next piece is read into the same memory once this one is on disk.
        await this.#handler.onBlock(work, { outcome, content, hash, keep: () => () => undefined });
        return;
      }
      case 'hash': {
        const path = [...pathOf(work.folder), work.sourceName];
        const answer = await source.hashFile({ path, version: work.version }, clock, signal);
        this.#handler.onHash(work, 'hash' in answer ? answer.hash : answer.outcome);
        return;
      }
      case 'ask':
        throw new Failure('internal', { reason: 'a rung asks a source that is here' });
    }
  }

  /** Ends it without telling anybody. */
  close(): void {
    this.#stop.abort();
    this.#job.close();
  }
}
