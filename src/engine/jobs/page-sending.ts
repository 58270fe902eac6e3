import { createHash, randomBytes } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import type { CopyOptions } from '../../shared/copy-options.ts';
import type { PageSelection } from '../../shared/engine-api.ts';
import { Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import type { JobView } from '../../shared/job.ts';
import type { PagePort } from '../engine-options.ts';
import type { PeerRecord } from '../state/records.ts';
import { choosePage } from './chosen.ts';
import type { JobParts } from './job-parts.ts';
import { isSameSelection, type PageJob, toPageJob } from './page-job.ts';
import type { SendingJobs } from './sending.ts';

const TICKET_BYTES = 32;
/** A page asks for a ticket and connects at once. */
const TICKET_LIFE_MS = 60_000;

interface Ticket {
  readonly jobs: readonly JobId[];
  readonly timer: NodeJS.Timeout;
}

/**
 * Jobs whose files a page in a browser holds. Beside what every sent job has there is a ticket, by which the
 * page's own connection finds its jobs; content goes from there to the data workers, never through here.
 */
export class PageSending {
  readonly #parts: JobParts;
  readonly #sending: SendingJobs;
  /** By SHA-256 of the ticket. */
  readonly #tickets = new Map<string, Ticket>();

  constructor(parts: JobParts, sending: SendingJobs) {
    this.#parts = parts;
    this.#sending = sending;
    parts.signal.addEventListener('abort', () => this.#stop(), { once: true });
  }

  /** Offers what a page holds to paired devices, one job each. @throws Failure `usage`. */
  async send(
    selection: PageSelection,
    targets: readonly PeerRecord[],
    options: CopyOptions,
  ): Promise<{ jobs: readonly JobView[]; ticket: string }> {
    toPageJob(selection);
    const jobs: JobView[] = [];
    for (const target of targets) {
      const chosen = choosePage(toPageJob(selection));
      jobs.push(await this.#sending.offer(chosen, target, options, jobs[0]?.job ?? null));
    }
    return { jobs, ticket: this.#issue(jobs.map(({ job }) => job)) };
  }

  /**
   * A page has the files of a job (again). Its ticket is for all jobs of the group that wait for a page; for all
   * of the group when this one has a page still, whose connection may be dead without anybody having noticed.
   * @throws Failure `unknown-job`, also for one that has ended; `ambiguous`; `changed` when it is not the same selection.
   */
  async resume(prefix: string, selection: PageSelection): Promise<{ job: JobView; ticket: string }> {
    const { view } = await this.#parts.book.findLive(prefix);
    const page = this.#sending.pageOf(view.job);
    if (page === null)
      throw new Failure('unknown-job', { subject: prefix, reason: 'no page held its files' });
    if (!isSameSelection(page, toPageJob(selection))) throw new Failure('changed', { reason: 'other files' });
    const jobs = this.#parts.book
      .listLive()
      .filter((live) => live.view.group === view.group && this.#isFor(live.view.job, page))
      .map((live) => live.view.job);
    return { job: view, ticket: this.#issue(jobs) };
  }

  /** Whether a page that comes for `asked` also is one for `job` of its group. */
  #isFor(job: JobId, asked: PageJob): boolean {
    const page = this.#sending.pageOf(job);
    return page !== null && (page.isAway || !asked.isAway) && isSameSelection(page, asked);
  }

  #issue(jobs: readonly JobId[]): string {
    const ticket = randomBytes(TICKET_BYTES).toString('base64url');
    const hash = hashOf(ticket);
    const timer = setTimeout(() => this.#tickets.delete(hash), TICKET_LIFE_MS);
    timer.unref();
    this.#tickets.set(hash, { jobs, timer });
    return ticket;
  }

  /**
   * A page has connected with its ticket, which is used up: makes the ways from it to the data workers of its jobs
   * that have not ended. The caller gives the ports to the thread that has the page's socket, or closes them.
   * @throws Failure `no-right` for a ticket that is unknown, used or too old.
   */
  attach(ticket: string): readonly PagePort[] {
    const hash = hashOf(ticket);
    const found = this.#tickets.get(hash);
    if (found === undefined) throw new Failure('no-right', { reason: 'ticket' });
    clearTimeout(found.timer);
    this.#tickets.delete(hash);
    const live = found.jobs.filter((job) => this.#sending.pageOf(job) !== null);
    return live.map((job) => {
      const { port1, port2 } = new MessageChannel();
      this.#parts.pool.post(job, { kind: 'page', job, port: port1 });
      return { job, port: port2 };
    });
  }

  #stop(): void {
    for (const { timer } of this.#tickets.values()) clearTimeout(timer);
    this.#tickets.clear();
  }
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}
