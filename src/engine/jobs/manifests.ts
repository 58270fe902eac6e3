import { Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { ENDED_STATES } from '../../shared/job.ts';
import type { ManifestFile, ManifestPage } from '../../shared/manifest.ts';
import { type FileReceipt, readReceipts } from '../transfer/receipt.ts';
import type { SettledReceipts } from '../transfer/settle-receipts.ts';
import { showPath } from '../wire/byte-name.ts';
import type { JobParts } from './job-parts.ts';

/** Who asks for the parts of a list asks for the next one within this time; otherwise it is made anew. */
const KEPT_MS = 30_000;

interface Kept {
  readonly job: JobId;
  readonly settled: Promise<SettledReceipts>;
  readonly timer: NodeJS.Timeout;
}

function toManifestFile({ path, size, mtimeSec, mtimeNs, by, piece, hash }: FileReceipt): ManifestFile {
  return {
    ...showPath(path),
    bytes: size,
    mtimeMs: mtimeSec * 1_000 + Math.floor(mtimeNs / 1_000_000),
    hash: hash.toString('hex'),
    by,
    piece,
  };
}

/**
 * Lists of the files that jobs have brought here, each with the hash that it came with. The list of one job at a
 * time is kept between the asking for its parts, at most 64 MiB, and let go of soon after.
 */
export class Manifests {
  readonly #parts: Pick<JobParts, 'state' | 'pool' | 'signal'>;
  #kept: Kept | null = null;

  constructor(parts: Pick<JobParts, 'state' | 'pool' | 'signal'>) {
    this.#parts = parts;
    parts.signal.addEventListener('abort', () => this.#letGo(), { once: true });
  }

  /**
   * Part `number` of the list of an ended job, from 0.
   * @throws Failure `unknown-job`, `ambiguous`; `usage` for a job that has not ended or was not written here.
   */
  async page(prefix: string, number: number): Promise<ManifestPage> {
    const record = await this.#parts.state.jobs.findByPrefix(prefix);
    const { job, view } = record;
    if (!ENDED_STATES.has(view.state)) throw new Failure('usage', { subject: job, reason: 'has not ended' });
    if (view.into === null) {
      const reason = 'was not written here; the device that received it has the hashes';
      throw new Failure('usage', { subject: job, reason });
    }
    const { parts, files, bytes } = await this.#settled(record, number === 0);
    const part = parts[number];
    const listed = part === undefined ? [] : readReceipts(part).filter((each) => each.kind === 'file');
    return {
      files: listed.map(toManifestFile),
      totalFiles: files,
      totalBytes: bytes,
      unproven: Math.max(0, (view.result?.files ?? 0) - files),
      next: number + 1 < parts.length ? number + 1 : null,
    };
  }

  async #settled(
    record: { readonly job: JobId } & Parameters<JobParts['state']['receipts']['list']>[0],
    isAnew: boolean,
  ): Promise<SettledReceipts> {
    const known = this.#kept;
    if (known !== null && known.job === record.job && !isAnew) {
      known.timer.refresh();
      return await known.settled;
    }
    this.#letGo();
    const settled = this.#parts.state.receipts.list(record).then((blobs) => this.#parts.pool.settle(blobs));
    const timer = setTimeout(() => this.#letGo(), KEPT_MS);
    timer.unref();
    this.#kept = { job: record.job, settled, timer };
    return await settled;
  }

  #letGo(): void {
    clearTimeout(this.#kept?.timer);
    this.#kept = null;
  }
}
