import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { PairingState, PairingView } from '../../shared/device.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { PairingId } from '../../shared/ids.ts';
import { commitmentOf, NONCE_BYTES, type PairContext, shortCode } from '../identity/short-code.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../wire/limits.ts';
import type { Link } from './link.ts';
import { refuse } from './refuse.ts';

/** People have this long to compare the digits. */
export const PAIRING_MS = 120_000;

/**
 * Where a pairing stands, more finely than the view:
 * `committed` (initiator, from the start): waits for the nonce.
 * `nonce-sent` (responder, from the start): waits for the reveal.
 * `comparing` (from either): digits are known; waits for both people.
 * `peer-confirmed`, `confirmed-here` (from `comparing`): waits for the other person.
 * `storing` (from these two), then `done`. `failed` from any but `done`.
 */
export type PairingStage =
  | 'committed'
  | 'nonce-sent'
  | 'comparing'
  | 'peer-confirmed'
  | 'confirmed-here'
  | 'storing'
  | 'done'
  | 'failed';

export type PairingStep = 'pair-nonce' | 'pair-reveal' | 'pair-confirmed';
type Action = 'reveal' | 'check' | 'note' | 'store' | 'misbehaved';

const NOTHING = {
  'pair-nonce': 'misbehaved',
  'pair-reveal': 'misbehaved',
  'pair-confirmed': 'misbehaved',
} as const;

/** What a message does at each stage. */
export const PAIRING_TABLE: Readonly<Record<PairingStage, Readonly<Record<PairingStep, Action>>>> = {
  committed: { ...NOTHING, 'pair-nonce': 'reveal' },
  'nonce-sent': { ...NOTHING, 'pair-reveal': 'check' },
  comparing: { ...NOTHING, 'pair-confirmed': 'note' },
  'peer-confirmed': NOTHING,
  'confirmed-here': { ...NOTHING, 'pair-confirmed': 'store' },
  storing: NOTHING,
  done: NOTHING,
  failed: NOTHING,
};

const SHOWN: Readonly<Record<PairingStage, PairingState>> = {
  committed: 'connecting',
  'nonce-sent': 'connecting',
  comparing: 'comparing',
  'peer-confirmed': 'comparing',
  'confirmed-here': 'confirmed-here',
  storing: 'confirmed-here',
  done: 'done',
  failed: 'failed',
};

export interface PairingParts {
  readonly link: Link;
  readonly role: PairingView['role'];
  readonly context: PairContext;
  /** Pins the peer's key; called once both people have confirmed. */
  readonly store: () => Promise<void>;
  readonly onChange: (view: PairingView) => void;
}

/** One run of the six-digit comparison over one link: commit, nonce, reveal, digits, both confirm, pin. */
export class Pairing {
  readonly id = randomBytes(8).toString('hex') as PairingId;
  /** Resolves when the digits are known, or it has ended before. */
  readonly compared: Promise<PairingView>;
  /** Resolves with the last view. */
  readonly ended: Promise<PairingView>;

  readonly #parts: PairingParts;
  readonly #nonce = randomBytes(NONCE_BYTES);
  readonly #expiresMs = Date.now() + PAIRING_MS;
  readonly #timers: NodeJS.Timeout[];
  #stage: PairingStage;
  #commitment: Uint8Array = Buffer.alloc(0);
  #code: string | null = null;
  #failure: Failure | null = null;
  #resolveCompared: (view: PairingView) => void = () => undefined;
  #resolveEnded: (view: PairingView) => void = () => undefined;

  constructor(parts: PairingParts) {
    this.#parts = parts;
    this.#stage = parts.role === 'initiator' ? 'committed' : 'nonce-sent';
    this.compared = new Promise((resolve) => {
      this.#resolveCompared = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#timers = [
      setTimeout(() => this.#failUnlessCompared(), HANDSHAKE_TIMEOUT_MS),
      setTimeout(() => this.fail(new Failure('expired')), PAIRING_MS),
    ];
    void parts.link.closed.then((failure) => {
      // Both have confirmed by then: whether the pin is kept is for the store to say.
      if (this.#stage !== 'storing') this.#lose(failure);
    });
  }

  get isActive(): boolean {
    return this.#stage !== 'done' && this.#stage !== 'failed';
  }

  get view(): PairingView {
    const { link, role } = this.#parts;
    return {
      pairing: this.id,
      role,
      peer: { id: link.peerId, name: link.peerHello.name },
      code: this.#code,
      state: SHOWN[this.#stage],
      failure: this.#failure?.toData() ?? null,
      expiresMs: this.#expiresMs,
    };
  }

  /** First message of the initiator. */
  commit(): void {
    const commitment = commitmentOf(this.#parts.context, this.#nonce);
    this.#parts.onChange(this.view);
    this.#parts.link.send({ kind: 'pair-commit', commitment });
  }

  /** First message of the responder, to that commitment. */
  answer(commitment: Uint8Array): void {
    this.#commitment = commitment;
    this.#parts.onChange(this.view);
    this.#parts.link.send({ kind: 'pair-nonce', nonce: this.#nonce });
  }

  /** Takes the next message of the peer; one that does not belong here fails the pairing. */
  take(message: Extract<LinkMessage, { readonly kind: PairingStep }>): void {
    const action = PAIRING_TABLE[this.#stage][message.kind];
    if (action === 'reveal' && message.kind === 'pair-nonce') this.#reveal(message.nonce);
    else if (action === 'check' && message.kind === 'pair-reveal') this.#check(message.nonce);
    else if (action === 'note') this.#enter('peer-confirmed');
    else if (action === 'store') this.#store();
    else this.fail(new Failure('peer-misbehaved', { reason: `${message.kind} while ${this.#stage}` }));
  }

  /** The person here has spoken. Throws Failure `usage` before the digits are known or when said twice. */
  confirm(matches: boolean): void {
    if (!this.isActive) return;
    if (this.#stage !== 'comparing' && this.#stage !== 'peer-confirmed') {
      throw new Failure('usage', { reason: 'pairing' });
    }
    if (!matches) {
      this.fail(new Failure('pairing-mismatch'));
      return;
    }
    this.#parts.link.send({ kind: 'pair-confirmed' });
    if (this.#stage === 'peer-confirmed') this.#store();
    else this.#enter('confirmed-here');
  }

  /** Gives up, tells the peer and ends the link. */
  fail(failure: Failure): void {
    if (!this.isActive || this.#stage === 'storing') return;
    this.#lose(failure);
    refuse(this.#parts.link, failure);
  }

  /** The peer has refused: the link ends from there. */
  refused(failure: Failure): void {
    this.#lose(failure);
    this.#parts.link.close(failure);
  }

  #reveal(nonce: Uint8Array): void {
    this.#code = shortCode(this.#parts.context, this.#nonce, nonce);
    this.#parts.link.send({ kind: 'pair-reveal', nonce: this.#nonce });
    this.#enter('comparing');
  }

  #check(nonce: Uint8Array): void {
    if (!timingSafeEqual(commitmentOf(this.#parts.context, nonce), this.#commitment)) {
      this.fail(new Failure('peer-misbehaved', { reason: 'commitment' }));
      return;
    }
    this.#code = shortCode(this.#parts.context, nonce, this.#nonce);
    this.#enter('comparing');
  }

  #store(): void {
    this.#enter('storing');
    const work = this.#parts.store().then(
      () => this.#enter('done'),
      (error: unknown) => {
        this.#lose(toFailure(error));
        refuse(this.#parts.link, toFailure(error));
      },
    );
    // What the peer sends next assumes that its key is pinned here.
    this.#parts.link.holdWhile(work);
  }

  #failUnlessCompared(): void {
    if (this.#code === null) this.fail(new Failure('timeout'));
  }

  #lose(failure: Failure): void {
    if (!this.isActive) return;
    this.#failure = failure;
    this.#enter('failed');
  }

  #enter(stage: PairingStage): void {
    this.#stage = stage;
    const { view } = this;
    if (stage === 'comparing' || !this.isActive) this.#resolveCompared(view);
    if (!this.isActive) {
      for (const timer of this.#timers) clearTimeout(timer);
      this.#resolveEnded(view);
    }
    this.#parts.onChange(view);
  }
}
