import { Failure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import { abortFailure } from '../link/abort-failure.ts';
import type { Link } from '../link/link.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import type { GrantedMessage, GrantMessage } from '../wire/order-messages.ts';
import type { JobParts } from './job-parts.ts';

const ANSWER_MS = 30_000;

interface Asking {
  readonly sourceId: DeviceId;
  readonly resolve: (granted: GrantedMessage) => void;
  readonly reject: (failure: Failure) => void;
}

/** Asks sources to let a device pull from their shares. The same question again has the same answer. */
export class GrantAsker {
  readonly #parts: Pick<JobParts, 'links' | 'addressesOf'>;
  readonly #asking = new Map<JobId, Asking>();

  constructor(parts: Pick<JobParts, 'links' | 'addressesOf'>) {
    this.#parts = parts;
  }

  /**
   * @returns what it says, and the link to it.
   * @throws Failure: what the source says (`no-right`, `no-such-path`, ...), `unreachable`, `timeout`.
   */
  async ask(
    source: { readonly id: DeviceId; readonly name: string },
    question: Omit<GrantMessage, 'kind'>,
    signal: AbortSignal,
  ): Promise<{ readonly granted: GrantedMessage; readonly link: Link }> {
    const { job } = question;
    const link = await this.#parts.links.open(source.id, this.#parts.addressesOf(source.id), signal);
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    try {
      const granted = await new Promise<GrantedMessage>((resolve, reject) => {
        this.#asking.set(job, { sourceId: source.id, resolve, reject });
        deadline.addEventListener('abort', () => reject(abortFailure(deadline)), { once: true });
        void link.closed.then(reject);
        link.send({ kind: 'grant', ...question });
      });
      return { granted, link };
    } finally {
      this.#asking.delete(job);
    }
  }

  /** Takes a message if it is an answer; true when it was. */
  handle(link: Link, message: LinkMessage): boolean {
    if (message.kind !== 'granted' && message.kind !== 'grant-refused') return false;
    const asking = this.#asking.get(message.job);
    if (asking === undefined || asking.sourceId !== link.peerId) return true;
    if (message.kind === 'granted') asking.resolve(message);
    else asking.reject(refusalOf(message, message.code));
    return true;
  }
}

/** What another device refused, as a failure here. */
export function refusalOf(
  detail: { readonly subject?: string | undefined; readonly reason?: string | undefined },
  code: Failure['code'],
): Failure {
  return new Failure(code, {
    ...(detail.subject === undefined ? {} : { subject: detail.subject }),
    ...(detail.reason === undefined ? {} : { reason: detail.reason }),
  });
}
