import type { JobId } from '../../shared/ids.ts';
import type { Invites } from '../link/invites.ts';

/** One-time codes that wait to be shown, and the jobs they stand for. */
export class SendCodes {
  readonly #invites: Invites;
  readonly #jobs = new Map<string, JobId>();

  constructor(invites: Invites) {
    this.#invites = invites;
  }

  /** A new code for a job. `expires` is Unix ms. */
  issue(job: JobId): { readonly code: string; readonly expires: number } {
    const { codeId, code, expiresMs } = this.#invites.createSendCode();
    this.#jobs.set(codeId, job);
    return { code, expires: expiresMs };
  }

  /** The job of a code that was shown, once; null where it stands for none. */
  take(codeId: string): JobId | null {
    const job = this.#jobs.get(codeId) ?? null;
    this.#jobs.delete(codeId);
    return job;
  }

  /** A job has ended: its codes are worth nothing any more. */
  end(job: JobId): void {
    for (const [code, coded] of this.#jobs) {
      if (coded !== job) continue;
      this.#jobs.delete(code);
      this.#invites.cancelCode(code);
    }
  }
}
