import type { DeviceId } from '../../shared/ids.ts';
import type { Log, ShareWish } from '../engine-options.ts';
import type { Link } from '../link/link.ts';
import type { StateClient } from '../state/state-client.ts';
import type { WorkerPool } from '../transfer/worker-pool.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import { BrowseAnswers } from './answer-browse.ts';
import { ShareAsker } from './ask-shares.ts';
import { ShareBook } from './share-book.ts';

/** The shares of this device, and the way into those of others. The owner calls `stop`. */
export class Sharing {
  readonly book: ShareBook;
  readonly asker = new ShareAsker();
  readonly #answers: BrowseAnswers;

  constructor(parts: {
    readonly state: Pick<StateClient, 'shares'>;
    readonly pool: Pick<WorkerPool, 'browse'>;
    readonly log: Log;
    /** Whether a device is trusted as one of the person's own, asked anew each time. */
    readonly isMine: (id: DeviceId) => boolean;
  }) {
    this.book = new ShareBook(parts.state, parts.isMine);
    this.#answers = new BrowseAnswers({ book: this.book, pool: parts.pool, log: parts.log });
  }

  /** @throws Failure `usage`, `no-such-path` for wishes that cannot be. */
  async load(wishes: readonly ShareWish[] = []): Promise<void> {
    await this.book.load(wishes);
  }

  /** Takes a message if it is about looking into shares; true when it was. */
  handle(link: Link, message: LinkMessage): boolean {
    return this.#answers.handle(link, message) || this.asker.handle(link, message);
  }

  async stop(): Promise<void> {
    await this.book.stop();
  }
}
