import { rm } from 'node:fs/promises';
import { toFailure } from '../../shared/failure.ts';
import type { JobResult } from '../../shared/job.ts';
import type { PullResume } from '../transfer/pull-order.ts';
import type { WorkerReport } from '../transfer/worker-pool.ts';
import type { JobBook, LiveJob } from './job-book.ts';
import type { JobParts } from './job-parts.ts';
import { noteLeftoverParts } from './leftover-parts.ts';

type ClaimReport = WorkerReport & { kind: 'pull-claimed' | 'pull-unclaimed' };

/** What the database keeps of pulls while they run: their parts on disk and what is claimed of them. */
export class PullState {
  readonly #parts: Pick<JobParts, 'state' | 'log'>;
  readonly #book: JobBook;

  constructor({ state, log, book }: Pick<JobParts, 'state' | 'log' | 'book'>) {
    this.#parts = { state, log };
    this.#book = book;
  }

  /** Writes what a data worker tells of blocks. It was true when it was told, so late is as good as at once. */
  claim({ key }: LiveJob, report: ClaimReport): void {
    const { claims } = this.#parts.state;
    this.#note(
      'claims-not-written',
      report.kind === 'pull-claimed' ? claims.add(key, report.claims) : claims.drop(key, [report.path]),
    );
  }

  /** Keeps with which hashes files came. Without them nothing is lost but that they cannot be verified later. */
  keepReceipts({ key }: LiveJob, receipts: Uint8Array): void {
    this.#note('receipts-not-written', this.#parts.state.receipts.add(key, receipts));
  }

  /**
   * A job has ended. Where it left parts they are listed, and what is claimed of them stays: another job may
   * take them over. Otherwise nothing of it is taken up again.
   */
  async left(live: LiveJob, { state }: Pick<JobResult, 'state'>): Promise<void> {
    const { key } = live;
    const mayLeave = state === 'cancelled' || state === 'failed';
    try {
      if (mayLeave) await noteLeftoverParts(this.#parts.state, [key], this.#parts.log);
      const record = await this.#parts.state.jobs.get(key);
      const parts = record?.view.parts ?? [];
      if (parts.length > live.view.parts.length) this.#book.showParts(live, parts);
      if (parts.length === 0) this.#note('claims-not-written', this.#parts.state.claims.dropAll(key));
    } catch (error) {
      // They are looked for again at the next start.
      this.#parts.log('error', 'parts-not-noted', { failure: toFailure(error).toData() });
    }
  }

  /** What is on disk of a job now; `isAll`: and nothing else any more, so what an earlier run left goes. */
  keepParts(live: LiveJob, paths: readonly string[], isAll: boolean): void {
    const { parts } = live.view;
    const kept = paths
      .filter((path) => !parts.includes(path))
      .map((path) => ({ path: Buffer.from(path), type: 'folder' as const, bytes: 0, keptMs: Date.now() }));
    const gone = isAll ? parts.filter((path) => !paths.includes(path)) : [];
    this.#book.showParts(live, isAll ? paths : [...parts, ...kept.map(({ path }) => path.toString('utf8'))]);
    this.#note('parts-not-written', this.#writeParts(live, kept, gone));
  }

  async #writeParts(
    { key }: LiveJob,
    kept: Parameters<JobParts['state']['parts']['add']>[1],
    gone: readonly string[],
  ): Promise<void> {
    const { state } = this.#parts;
    if (kept.length > 0) await state.parts.add(key, kept);
    for (const path of gone) if (path.endsWith('.part')) await rm(path, { recursive: true, force: true });
    const paths = gone.map((path) => Buffer.from(path));
    if (gone.length > 0) await state.parts.remove(key, paths);
  }

  /** Where the next run of a job begins. */
  async resumeOf({ key, view }: Pick<LiveJob, 'key' | 'view'>, isPaused: boolean): Promise<PullResume> {
    // Claims that cannot be read cost bytes, not the job.
    const claims = await this.#parts.state.claims.list(key).catch((error: unknown) => {
      this.#parts.log('error', 'claims-not-read', { failure: toFailure(error).toData() });
      return [];
    });
    return { claims, wireBytes: view.progress.wireBytes, isPaused };
  }

  #note(event: string, write: Promise<unknown>): void {
    write.catch((error: unknown) => this.#parts.log('error', event, { failure: toFailure(error).toData() }));
  }
}
