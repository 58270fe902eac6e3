import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Address, Trust } from '../../shared/device.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { parseOneTimeCode, proofOf } from '../identity/one-time-code.ts';
import type { LinkMessage, LinkMessageOf } from '../wire/control-messages.ts';
import { abortFailure } from './abort-failure.ts';
import { CodeBook, type IssuedCode } from './code-book.ts';
import type { Link } from './link.ts';
import { pairContext } from './pair-context.ts';
import type { PairedPeer } from './pairings.ts';
import { refuse } from './refuse.ts';

/** A device that has taken a proof answers at once, or after it has read a database. */
const ANSWER_MS = 30_000;

export interface InvitesOptions {
  readonly ownId: DeviceId;
  /** As `Links.openByAddress`. */
  readonly openByAddress: (
    address: Address,
    signal: AbortSignal,
    options: { readonly expectShortId: string },
  ) => Promise<Link>;
  /** Pins a key. Once it resolves, `isPaired` says so. */
  readonly storePeer: (peer: PairedPeer) => Promise<void>;
  /** A device has shown the right one-time code: to be answered with `redeemed` and admitted to the job. */
  readonly onRedeemed: (link: Link, codeId: string) => void;
}

type Answer = LinkMessageOf<'joined' | 'redeemed'>;

interface Waiter {
  readonly kind: Answer['kind'];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: Failure) => void;
}

/** Invites and the one-time codes of waiting sends: given out, shown to others, and checked. */
export class Invites {
  readonly #options: InvitesOptions;
  readonly #invites: CodeBook<Trust>;
  readonly #sendCodes: CodeBook<null>;
  readonly #waiting = new Map<Link, Waiter>();

  constructor(options: InvitesOptions) {
    this.#options = options;
    this.#invites = new CodeBook(options.ownId);
    this.#sendCodes = new CodeBook(options.ownId);
  }

  /** A new invite; who joins with it is given `trust` here. */
  create(trust: Trust): IssuedCode {
    return this.#invites.issue(trust);
  }

  /** A new code for one receiver; told by its `codeId` when it is redeemed. */
  createSendCode(): IssuedCode {
    return this.#sendCodes.issue(null);
  }

  /** Takes back a code of either kind. */
  cancelCode(codeId: string): void {
    this.#invites.cancel(codeId);
    this.#sendCodes.cancel(codeId);
  }

  /**
   * Joins the device that gave out the code: proves it knows the secret, then pins the inviter as `other`.
   * Throws Failure `wrong-code` (also when another device than the issuer answers: it is sent nothing),
   * `expired`, or what opening a link throws.
   */
  async join(address: Address, code: string, signal: AbortSignal): Promise<PairedPeer> {
    const { link } = await this.#present(address, code, 'join', signal);
    const peer: PairedPeer = { id: link.peerId, name: link.peerHello.name, trust: 'other' };
    const stored = this.#options.storePeer(peer);
    // What the inviter sends next assumes that its key is pinned here.
    link.holdWhile(stored);
    await stored;
    return peer;
  }

  /**
   * Shows a one-time code to the device that waits with it; the link then carries messages of that one job.
   * Throws as {@link Invites.join}.
   */
  async redeem(
    address: Address,
    code: string,
    signal: AbortSignal,
  ): Promise<{ readonly link: Link; readonly redeemed: LinkMessageOf<'redeemed'> }> {
    const { link, answer } = await this.#present(address, code, 'redeem', signal);
    if (answer.kind !== 'redeemed') throw new Failure('internal', { reason: answer.kind });
    return { link, redeemed: answer };
  }

  /** To be given every message of every link; those of others pass by. */
  handle(link: Link, message: LinkMessage): void {
    const waiter = this.#waiting.get(link);
    switch (message.kind) {
      case 'join':
        this.#welcome(link, message.proof);
        break;
      case 'redeem':
        this.#accept(link, message.proof);
        break;
      case 'joined':
      case 'redeemed':
        if (waiter?.kind !== message.kind) throw new Failure('peer-misbehaved', { reason: message.kind });
        // The caller learns of it in this turn of the event loop; what follows waits for the next.
        link.holdWhile(nextTurn());
        waiter.resolve(message);
        break;
      case 'refused':
        waiter?.reject(new Failure(message.code));
        break;
      default:
        break;
    }
  }

  async #present(
    address: Address,
    code: string,
    kind: 'join' | 'redeem',
    signal: AbortSignal,
  ): Promise<{ link: Link; answer: Answer }> {
    const { issuerShortId, secret } = parseOneTimeCode(code);
    const link = await this.#openIssuer(address, issuerShortId, signal);
    if (this.#waiting.has(link)) throw new Failure('usage', { reason: 'a code is being shown already' });
    const context = pairContext(link, this.#options.ownId, 'initiator');
    const answer = this.#answer(link, kind === 'join' ? 'joined' : 'redeemed', signal);
    try {
      link.send({ kind, proof: proofOf(secret, context) });
      return { link, answer: await answer };
    } catch (error) {
      answer.catch(() => undefined);
      const failure = toFailure(error);
      if (link.admission === 'guest') link.close(failure);
      throw failure;
    } finally {
      this.#waiting.delete(link);
    }
  }

  async #openIssuer(address: Address, expectShortId: string, signal: AbortSignal): Promise<Link> {
    try {
      return await this.#options.openByAddress(address, signal, { expectShortId });
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'wrong-device') throw failure;
      throw new Failure('wrong-code', { subject: address, reason: 'code of another device' }, failure);
    }
  }

  #answer(link: Link, kind: Answer['kind'], signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      deadline.addEventListener('abort', () => reject(abortFailure(deadline)), { once: true });
      void link.closed.then(reject);
      this.#waiting.set(link, { kind, resolve, reject });
    });
  }

  /** A device shows an invite. */
  #welcome(link: Link, proof: Uint8Array): void {
    const judgement = this.#invites.judge(proof, pairContext(link, this.#options.ownId, 'responder'));
    if (judgement.kind !== 'right') {
      refuse(link, new Failure(judgement.kind === 'expired' ? 'expired' : 'wrong-code'));
      return;
    }
    const peer = { id: link.peerId, name: link.peerHello.name, trust: judgement.purpose };
    const work = this.#options.storePeer(peer).then(
      () => {
        link.tell({ kind: 'joined' });
      },
      (error: unknown) => refuse(link, toFailure(error)),
    );
    link.holdWhile(work);
  }

  /** A device shows the code of a waiting send. */
  #accept(link: Link, proof: Uint8Array): void {
    const judgement = this.#sendCodes.judge(proof, pairContext(link, this.#options.ownId, 'responder'));
    if (judgement.kind === 'right') this.#options.onRedeemed(link, judgement.codeId);
    else refuse(link, new Failure(judgement.kind === 'expired' ? 'expired' : 'wrong-code'));
  }
}
