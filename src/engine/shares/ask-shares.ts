import { Failure } from '../../shared/failure.ts';
import { abortFailure } from '../link/abort-failure.ts';
import type { Link } from '../link/link.ts';
import type { LinkMessage, LinkMessageOf } from '../wire/control-messages.ts';

/** A folder of ten thousand names is told in less than a second; a disk that sleeps takes its time. */
const ANSWER_MS = 30_000;

type BrowseQuestion = Omit<LinkMessageOf<'browse'>, 'kind' | 'ask'>;
type BrowseReply = LinkMessageOf<'browsed'>;

interface Asking {
  readonly link: Link;
  readonly resolve: (reply: BrowseReply) => void;
  readonly reject: (failure: Failure) => void;
}

/** Looks into the shares of other devices. */
export class ShareAsker {
  readonly #asking = new Map<number, Asking>();
  readonly #watched = new WeakSet<Link>();
  #next = 1;

  /** @throws Failure: what the other device says, `timeout`, `peer-gone`. */
  async ask(link: Link, question: BrowseQuestion, signal: AbortSignal): Promise<BrowseReply> {
    const ask = this.#next;
    this.#next = (this.#next + 1) % 2 ** 32;
    this.#watch(link);
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    try {
      return await new Promise<BrowseReply>((resolve, reject) => {
        this.#asking.set(ask, { link, resolve, reject });
        deadline.addEventListener('abort', () => reject(abortFailure(deadline)), { once: true });
        link.send({ kind: 'browse', ask, ...question });
      });
    } finally {
      this.#asking.delete(ask);
    }
  }

  /** Takes a message if it is an answer; true when it was. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind !== 'browsed' && message.kind !== 'browse-refused') return false;
    const asking = this.#asking.get(message.ask);
    if (asking === undefined || asking.link.peerId !== link.peerId) return true;
    if (message.kind === 'browsed') asking.resolve(message);
    else {
      const { code, subject, reason } = message;
      const place = subject === undefined ? {} : { subject };
      asking.reject(new Failure(code, reason === undefined ? place : { ...place, reason }));
    }
    return true;
  }

  #watch(link: Link): void {
    if (this.#watched.has(link)) return;
    this.#watched.add(link);
    void link.closed.then((failure) => {
      for (const asking of this.#asking.values()) if (asking.link === link) asking.reject(failure);
    });
  }
}
