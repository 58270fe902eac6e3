import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { Link } from '../link/link.ts';
import type { LinkMessage, LinkMessageOf } from '../wire/control-messages.ts';
import type { JobParts } from './job-parts.ts';

/** Tests that are served at once; of one peer it is one. */
const MAX_AT_ONCE = 4;
/** What a test may take longer than its tester has said: dialling. */
const SLACK_MS = 60_000;

interface Served {
  readonly testerId: DeviceId;
  readonly timer: NodeJS.Timeout;
}

/** The other end of network tests: serves random bytes out of memory to paired devices that ask, for a while. */
export class ServedMeasures {
  readonly #parts: Pick<JobParts, 'pool' | 'settings'>;
  readonly #served = new Map<JobId, Served>();

  constructor(parts: Pick<JobParts, 'pool' | 'settings'>) {
    this.#parts = parts;
  }

  /** Takes a message about a test; true when it was one. */
  handle(link: Link, message: LinkMessage): boolean {
    switch (message.kind) {
      case 'measure':
        this.#serve(link, message);
        return true;
      case 'measure-end':
        if (this.#served.get(message.job)?.testerId === link.peerId) this.#end(message.job);
        return true;
      case 'dial-me':
        return this.#dial(link, message);
      default:
        return false;
    }
  }

  #serve(link: Link, { job, secretHash, seconds }: LinkMessageOf<'measure'>): void {
    const isBusy = this.#served.has(job) || this.#served.size >= MAX_AT_ONCE;
    const isSecond = [...this.#served.values()].some(({ testerId }) => testerId === link.peerId);
    if (isBusy || isSecond) {
      link.tell({ kind: 'measure-refused', job, code: 'usage' });
      return;
    }
    const { pool, settings } = this.#parts;
    const timer = setTimeout(() => this.#end(job), seconds * 1000 + SLACK_MS);
    this.#served.set(job, { testerId: link.peerId, timer });
    // A limit is a limit for tests too.
    const { limitBytesPerSecond } = settings();
    const shown = { job, secretHash, pullerId: link.peerId, limitBytesPerSecond };
    pool.post(job, {
      kind: 'serve',
      grant: { ...shown, items: [], page: null, isOfMemory: true, isResting: false },
    });
    link.tell({ kind: 'measure-ready', job, dataPort: pool.portOf(job) });
  }

  #dial(link: Link, { job, streams }: LinkMessageOf<'dial-me'>): boolean {
    if (this.#served.get(job)?.testerId !== link.peerId) return false;
    const addresses = [{ host: link.remoteHost, port: link.peerHello.port }];
    this.#parts.pool.post(job, { kind: 'dial-puller', job, addresses, streams });
    return true;
  }

  #end(job: JobId): void {
    const served = this.#served.get(job);
    if (served === undefined) return;
    clearTimeout(served.timer);
    this.#served.delete(job);
    this.#parts.pool.post(job, { kind: 'end-serve', job });
  }

  /** The last link to a device is gone: nobody tells any more when its test is over. */
  unlinked(id: DeviceId): void {
    for (const [job, { testerId }] of this.#served) if (testerId === id) this.#end(job);
  }

  stop(): void {
    for (const job of [...this.#served.keys()]) this.#end(job);
  }
}
