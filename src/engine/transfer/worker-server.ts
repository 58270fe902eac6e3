import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import type { MessagePort } from 'node:worker_threads';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import { DiskSource } from '../source/disk-source.ts';
import { MemorySource } from '../source/memory-source.ts';
import { PageSource } from '../source/page-source.ts';
import { Selection } from '../source/selection.ts';
import type { Source } from '../source/source.ts';
import type { OpenBody } from '../wire/data-wants.ts';
import { DATA_DEAD_MS, HANDSHAKE_TIMEOUT_MS, MAX_STREAMS_PER_JOB } from '../wire/limits.ts';
import { EntryList } from './entry-list.ts';
import { listName } from './entry-rows.ts';
import type { IndexDoor } from './index-door.ts';
import { RateLimit } from './rate-limit.ts';
import { ReadGroups } from './read-groups.ts';
import { ServeJob } from './serve-job.ts';
import { ServeStream } from './serve-stream.ts';
import { SharedPace } from './shared-pace.ts';
import type { FromDataWorker, ServeGrant } from './worker-messages.ts';

interface Served {
  readonly grant: ServeGrant;
  /** Files of a page: there from the beginning, since the page may come before the puller. */
  readonly page: PageSource | null;
  job: ServeJob | null;
  readonly sockets: Set<TLSSocket>;
}

/** The grants a data worker serves and their connections. The owner calls `close`. */
export class WorkerServer {
  readonly #served = new Map<JobId, Served>();
  /** How fast the way to each puller was last: its next job need not find out again whether to compress. */
  readonly #linkSpeeds = new Map<DeviceId, number>();
  /** What jobs to several peers have read. */
  readonly #groups = new ReadGroups();
  readonly #post: (message: FromDataWorker) => void;
  readonly #livePrefixes: ReadonlySet<string>;
  readonly #lists: string | null;
  readonly #index: IndexDoor | null;
  readonly #pace: SharedPace;

  /**
   * @param livePrefixes part names of pulls that run here: a walk leaves those out.
   * @param means folder of the lists of jobs' entries, and where hashes of files are kept; null keeps none.
   */
  constructor(
    post: (message: FromDataWorker) => void,
    livePrefixes: ReadonlySet<string>,
    means: {
      readonly lists?: string | null;
      readonly door?: IndexDoor | null;
      readonly pace?: SharedPace;
    } = {},
  ) {
    this.#lists = means.lists ?? null;
    this.#index = means.door ?? null;
    this.#pace = means.pace ?? new SharedPace();
    this.#post = post;
    this.#livePrefixes = livePrefixes;
  }

  /** Serves from the start of the listing; a page that is there for this job stays. */
  grant(grant: ServeGrant): void {
    const page = this.#served.get(grant.job)?.page ?? this.#newPage(grant);
    this.#disconnect(grant.job, page);
    this.#served.set(grant.job, { grant, page, job: null, sockets: new Set() });
  }

  #newPage({ job, page }: ServeGrant): PageSource | null {
    if (page === null) return null;
    return new PageSource(page, (isThere) => this.#post({ kind: 'serve-page', job, isThere }));
  }

  /** The page that holds a job's files is there. Takes `port`, also where nobody waits for it. */
  attachPage(job: JobId, port: MessagePort): void {
    const page = this.#served.get(job)?.page ?? null;
    if (page === null) port.close();
    else page.attach(port);
  }

  /** Revokes a grant: its connections end now. */
  end(job: JobId): void {
    const page = this.#served.get(job)?.page;
    this.#disconnect(job, null);
    page?.close();
  }

  #disconnect(job: JobId, kept: PageSource | null): void {
    const served = this.#served.get(job);
    if (served === undefined) return;
    this.#served.delete(job);
    for (const socket of served.sockets) socket.destroy();
    const linkSpeed = served.job?.compress.linkSpeed ?? null;
    if (linkSpeed !== null) this.#linkSpeeds.set(served.grant.pullerId, linkSpeed);
    this.#groups.leave(served.grant);
    served.job?.list?.close();
    if (served.job !== null && served.job.source !== kept) served.job.close();
  }

  pullerOf(job: JobId): DeviceId | null {
    return this.#served.get(job)?.grant.pullerId ?? null;
  }

  /** Serves an authenticated connection until it ends; `onAdmitted` hears when its grant was right. Never rejects. */
  async serve(
    socket: TLSSocket,
    peerId: DeviceId,
    signal: AbortSignal,
    onAdmitted: () => void = () => undefined,
  ): Promise<void> {
    let served: Served | null = null;
    const stream = new ServeStream(socket, (open) => {
      served = this.#admit(open, peerId);
      served.sockets.add(socket);
      onAdmitted();
      this.#post({ kind: 'serve-streams', job: open.job, streams: served.sockets.size });
      const job = (served.job ??= this.#openJob(served, isLoopback(socket.remoteAddress ?? '')));
      job.connected();
      return job;
    });
    const timer = setTimeout(() => {
      if (stream.job === null) socket.destroy();
    }, HANDSHAKE_TIMEOUT_MS);
    // Nothing was taken for a minute: nobody reads there. Without anything to send the puller may be silent.
    socket.setTimeout(DATA_DEAD_MS, () => {
      if (socket.writableLength > 0) socket.destroy();
    });
    try {
      await stream.run(signal);
    } catch (error) {
      const failure = toFailure(error);
      this.#post({ kind: 'serve-failed', job: stream.job?.job ?? null, failure: failure.toData() });
    } finally {
      clearTimeout(timer);
      // A refusal is still on its way out: end politely, then for good.
      socket.end();
      setTimeout(() => socket.destroy(), 1_000).unref();
      this.#left(served, socket);
    }
  }

  #left(served: Served | null, socket: TLSSocket): void {
    if (served === null) return;
    served.sockets.delete(socket);
    this.#post({ kind: 'serve-streams', job: served.grant.job, streams: served.sockets.size });
  }

  /** @throws Failure `no-right`: the same for an unknown job, another device and a wrong secret. */
  #admit(open: OpenBody, peerId: DeviceId): Served {
    const served = this.#served.get(open.job);
    const shown = createHash('sha256').update(open.secret).digest();
    const isRight =
      served !== undefined &&
      served.grant.pullerId === peerId &&
      timingSafeEqual(shown, served.grant.secretHash);
    if (!isRight) throw new Failure('no-right', { reason: 'grant' });
    if (served.grant.isResting) throw new Failure('peer-gone', { reason: 'resting' });
    if (served.sockets.size >= MAX_STREAMS_PER_JOB) {
      throw new Failure('peer-misbehaved', { reason: 'too many streams' });
    }
    return served;
  }

  #openJob({ grant, page }: Served, isOnThisMachine: boolean): ServeJob {
    const { limitBytesPerSecond } = grant;
    const limit = limitBytesPerSecond === null ? null : new RateLimit(limitBytesPerSecond);
    const wishes = { list: this.#listFor(grant), index: this.#index, pace: this.#pace };
    const linkSpeed = this.#linkSpeeds.get(grant.pullerId) ?? null;
    const way = { linkSpeed, isLoopback: isOnThisMachine };
    return new ServeJob(grant.job, page ?? this.#openSource(grant), limit, { ...wishes, way });
  }

  #listFor({ job, isOfMemory = false }: ServeGrant): EntryList | null {
    if (this.#lists === null || isOfMemory) return null;
    return new EntryList(join(this.#lists, listName(job, 'source')));
  }

  #openSource(grant: ServeGrant): Source {
    const { items, isOfMemory = false } = grant;
    if (isOfMemory) return new MemorySource();
    return new DiskSource(Selection.open(items), this.#livePrefixes, this.#groups.join(grant));
  }

  close(): void {
    for (const [job, { page }] of [...this.#served]) {
      page?.interrupt();
      this.end(job);
    }
    this.#groups.close();
  }
}

function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.') || host.startsWith('::ffff:127.');
}
