import { Failure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { JobView } from '../../shared/job.ts';
import type { Link } from '../link/link.ts';
import type { JobRecord, PeerRecord } from '../state/records.ts';
import { fromBytes, showPath } from '../wire/byte-name.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import type { OfferMessage } from '../wire/job-messages.ts';
import type { JobParts } from './job-parts.ts';

/** How long a source may take to offer again what it was asked for. */
const ANSWER_MS = 20_000;

interface Asked {
  readonly peerId: DeviceId;
  readonly into: string;
  readonly names: readonly string[];
  readonly resolve: (job: Promise<JobView>) => void;
  readonly reject: (failure: Failure) => void;
}

/** Jobs that came here and that their sources were asked for once more. */
export class AskedAgain {
  readonly #parts: JobParts;
  readonly #asked = new Map<string, Asked>();

  constructor(parts: JobParts) {
    this.#parts = parts;
  }

  /**
   * Asks the source of an ended job to offer it again; the offer that comes is accepted into the same folder.
   * @throws Failure `usage` while it is being asked for, `unreachable` and others of opening a link, `declined` and
   *   others by the source, `timeout`, `cancelled`.
   */
  async ask(
    { job, view }: Pick<JobRecord, 'job' | 'view'>,
    source: PeerRecord,
    only: 'all' | 'failed',
    signal: AbortSignal,
  ): Promise<JobView> {
    if (view.into === null || this.#asked.has(job)) {
      throw new Failure('usage', { subject: job, reason: 'is being asked for' });
    }
    const { links, addressesOf } = this.#parts;
    const { promise, resolve, reject } = Promise.withResolvers<JobView>();
    // Where no link comes about it is that which is told.
    promise.catch(() => undefined);
    const { into, names } = view;
    this.#asked.set(job, { peerId: source.id, into, names, resolve, reject });
    const timeout = AbortSignal.timeout(ANSWER_MS);
    const stop = () =>
      reject(new Failure(timeout.aborted ? 'timeout' : 'cancelled', { subject: source.name }));
    const either = AbortSignal.any([signal, timeout]);
    either.addEventListener('abort', stop, { once: true });
    try {
      const link = await links.open(source.id, addressesOf(source.id), either);
      link.send({ kind: 'job-again', job, only });
      return await promise;
    } finally {
      either.removeEventListener('abort', stop);
      this.#asked.delete(job);
    }
  }

  /** Takes a message if a source says no. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind !== 'job-again-refused') return false;
    const asked = this.#asked.get(message.job);
    if (asked?.peerId === link.peerId) asked.reject(new Failure(message.code));
    return true;
  }

  /**
   * Whether an offer is what was asked for: from that source, of that job, and of nothing that it had not. Whoever
   * asks is answered with what comes of `settle`.
   */
  expected(
    peerId: DeviceId,
    offer: OfferMessage,
  ): { readonly into: string; settle(job: Promise<JobView>): Promise<void> } | null {
    const asked = offer.repeats === undefined ? undefined : this.#asked.get(offer.repeats);
    if (asked === undefined || asked.peerId !== peerId) return null;
    const names = offer.items.map(({ name }) => showPath([fromBytes(name)]).path);
    if (!names.every((name) => asked.names.includes(name))) return null;
    return {
      into: asked.into,
      settle: async (job) => {
        asked.resolve(job);
        await job;
      },
    };
  }

  /** Where the job went that an offer repeats, if there was one from that source. */
  async earlierFolder(peerId: DeviceId, { repeats }: OfferMessage): Promise<string | null> {
    if (repeats === undefined) return null;
    const earlier = await this.#parts.state.jobs.get({ orderer: peerId, job: repeats as JobId });
    return earlier?.view.into ?? null;
  }
}
