import { type Failure, toFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/ids.ts';
import { partPrefix } from '../disk/part-names.ts';
import { DiskSource } from '../source/disk-source.ts';
import { type SelectedItem, Selection } from '../source/selection.ts';
import type { DataSocket } from './data-socket.ts';
import { LocalStream } from './local-stream.ts';
import type { PullHandler } from './pull-stream.ts';
import type { JobStreams, StreamEvents } from './pull-streams.ts';
import { ServeJob } from './serve-job.ts';

/** What stands for the connections of a job whose source is this device itself: one stream, never lost. */
export class LocalStreams implements JobStreams {
  readonly #order: { readonly job: JobId; readonly items: readonly SelectedItem[] };
  readonly #handler: PullHandler;
  readonly #events: StreamEvents;
  #stream: LocalStream | null = null;
  #isClosed = false;
  readonly isWaiting = false;
  readonly wireBytes = 0;
  readonly most = 0;

  constructor(
    order: { readonly job: JobId; readonly items: readonly SelectedItem[] },
    handler: PullHandler,
    events: StreamEvents,
  ) {
    this.#order = order;
    this.#handler = handler;
    this.#events = events;
  }

  /** None of them is a connection. */
  get live(): readonly [] {
    return [];
  }

  get first(): LocalStream | null {
    return this.#stream;
  }

  start(): void {
    if (this.#stream !== null || this.#isClosed) return;
    const { job, items } = this.#order;
    try {
      const source = new DiskSource(Selection.open(items), new Set([partPrefix(job)]));
      const onFailed = (failure: Failure) => this.#events.onRefused(failure);
      this.#stream = new LocalStream(new ServeJob(job, source, null), this.#handler, onFailed);
    } catch (error) {
      this.#events.onRefused(toFailure(error, undefined, 'unreadable'));
      return;
    }
    this.#events.onFirst(this.#stream);
  }

  pump(): void {
    this.#stream?.pump();
  }

  /** Nobody dials a device that copies from itself. */
  adopt(socket: DataSocket): void {
    socket.destroy();
  }

  readdress(): void {}

  want(): void {}

  progressed(): void {}

  lost(): void {}

  close(): number {
    this.#isClosed = true;
    this.#stream?.close();
    return 0;
  }
}
