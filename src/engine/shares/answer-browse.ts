import { Failure, toFailure } from '../../shared/failure.ts';
import type { Log } from '../engine-options.ts';
import type { Link } from '../link/link.ts';
import type { WorkerPool } from '../transfer/worker-pool.ts';
import { encodeEntries } from '../wire/browse-entries.ts';
import { fromText } from '../wire/byte-name.ts';
import type { LinkMessage, LinkMessageOf } from '../wire/control-messages.ts';
import type { ShareBook } from './share-book.ts';

/** Questions of one device that are being answered at once. */
const MAX_AT_ONCE = 16;

type Browse = LinkMessageOf<'browse'>;
type Browsed = Omit<LinkMessageOf<'browsed'>, 'kind' | 'ask'>;

interface BrowseParts {
  readonly book: ShareBook;
  readonly pool: Pick<WorkerPool, 'browse'>;
  readonly log: Log;
}

/** Answers other devices that look into the shares of this one. */
export class BrowseAnswers {
  readonly #parts: BrowseParts;
  readonly #busy = new WeakMap<Link, number>();

  constructor(parts: BrowseParts) {
    this.#parts = parts;
  }

  /** Takes a message if it is a question; true when it was. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind !== 'browse') return false;
    void this.#answer(link, message);
    return true;
  }

  async #answer(link: Link, message: Browse): Promise<void> {
    const { ask } = message;
    const busy = this.#busy.get(link) ?? 0;
    this.#busy.set(link, busy + 1);
    try {
      if (busy >= MAX_AT_ONCE) throw new Failure('peer-misbehaved', { reason: 'too many questions' });
      const answer = await this.#browse(link, message);
      link.tell({ kind: 'browsed', ask, ...answer });
    } catch (error) {
      const { code, subject, reason } = toFailure(error);
      this.#parts.log('warn', 'browse-refused', { peer: link.peerId, code, reason });
      const detail = {
        ...(subject === undefined ? {} : { subject }),
        ...(reason === undefined ? {} : { reason }),
      };
      link.tell({ kind: 'browse-refused', ask, code, ...detail });
    } finally {
      this.#busy.set(link, (this.#busy.get(link) ?? 1) - 1);
    }
  }

  async #browse(link: Link, { share, way, action, after, limit }: Browse): Promise<Browsed> {
    const { book, pool } = this.#parts;
    if (share === '') return this.#shares(link);
    const canWrite = book.may(link.peerId, share, 'write');
    // Who may only write has to see whether a name is taken, and no more.
    const use = action === 'make' || (action === 'look' && canWrite) ? 'write' : 'read';
    const root = await book.rootFor(link.peerId, share, use);
    return { ...(await pool.browse({ root, way, action, after, limit })), canWrite };
  }

  #shares({ peerId }: Link): Browsed {
    const names = this.#parts.book.namesFor(peerId);
    const entries = names.map(
      (name) => ({ name: fromText(name), type: 'folder', bytes: 0, mtimeMs: 0 }) as const,
    );
    return { entries: encodeEntries(entries), next: null, at: null, canWrite: false };
  }
}
