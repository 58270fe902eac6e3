import type { PairingView, Trust } from '../../shared/device.ts';
import { Failure } from '../../shared/failure.ts';
import type { DeviceId, PairingId } from '../../shared/ids.ts';
import type { Log } from '../engine-options.ts';
import { shortIdOf } from '../identity/device-id.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import { abortFailure } from './abort-failure.ts';
import { type Knock, Knocks } from './knocks.ts';
import type { Link } from './link.ts';
import { pairContext } from './pair-context.ts';
import { Pairing } from './pairing.ts';
import { refuse } from './refuse.ts';

/** How long others may start a pairing after a person here has asked for it. */
export const PAIRING_WINDOW_MS = 120_000;
/** Attempts of others in one window, whoever makes them: each is one guess in a million. */
export const ATTEMPTS_PER_WINDOW = 3;
/** Ended pairings that can still be asked for their end. */
const MAX_ENDED = 16;

/** What is kept of a device that has just been paired. */
export interface PairedPeer {
  readonly id: DeviceId;
  /** As it calls itself, cleaned. */
  readonly name: string;
  readonly trust: Trust;
}

export interface PairingsOptions {
  readonly ownId: DeviceId;
  /** Pins a key. Once it resolves, `isPaired` says so. */
  readonly storePeer: (peer: PairedPeer) => Promise<void>;
  readonly onChange: (view: PairingView) => void;
  /** The window opened or closed, or a device knocked at the closed one. */
  readonly onWindow: () => void;
  /** Whether everyone on the network may see this device: only then may a stranger's wish to pair show here. */
  readonly isVisible: () => boolean;
  readonly log: Log;
}

/** Six-digit pairings in both roles, and the window in which others may start one. */
export class Pairings {
  readonly #options: PairingsOptions;
  readonly #active = new Map<Link, Pairing>();
  readonly #ended = new Map<PairingId, PairingView>();
  #window: { expiresMs: number; attemptsLeft: number } | null = null;
  #closeWindow: NodeJS.Timeout | undefined;
  readonly #knocks: Knocks;

  constructor(options: PairingsOptions) {
    this.#options = options;
    this.#knocks = new Knocks(() => options.onWindow());
  }

  /** Unix ms until which others may start a pairing; null while they may not. */
  get windowEndsMs(): number | null {
    return this.#window?.expiresMs ?? null;
  }

  /** The last device that wanted to pair while the window was closed. */
  get knock(): Knock | null {
    return this.#knocks.latest;
  }

  /** Opens the window, or opens it anew: full time and attempts. `expiresMs` is Unix ms. */
  openWindow(): { readonly expiresMs: number } {
    clearTimeout(this.#closeWindow);
    const expiresMs = Date.now() + PAIRING_WINDOW_MS;
    this.#window = { expiresMs, attemptsLeft: ATTEMPTS_PER_WINDOW };
    this.#closeWindow = setTimeout(() => this.closeWindow(), PAIRING_WINDOW_MS);
    this.#knocks.heard();
    this.#options.onWindow();
    return { expiresMs };
  }

  /** Nobody may start a pairing any more; one that runs goes on. */
  closeWindow(): void {
    clearTimeout(this.#closeWindow);
    if (this.#window === null) return;
    this.#window = null;
    this.#options.onWindow();
  }

  /** Pairings that have not ended. */
  list(): readonly PairingView[] {
    return [...this.#active.values()].map((pairing) => pairing.view);
  }

  /**
   * Starts a pairing with the device at the other end; resolves once the digits are known here. An abort ends
   * it until then. Throws Failure, `pairing-closed` when nobody there has opened the window.
   */
  async start(link: Link, signal: AbortSignal): Promise<PairingView> {
    if (this.#active.has(link)) throw new Failure('usage', { reason: 'pairing runs already' });
    if (signal.aborted) throw abortFailure(signal);
    const pairing = this.#add(link, 'initiator');
    const onAbort = () => pairing.fail(abortFailure(signal));
    signal.addEventListener('abort', onAbort);
    try {
      pairing.commit();
      const view = await pairing.compared;
      if (view.failure !== null) throw Failure.fromData(view.failure);
      return view;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Takes the person's answer; resolves with the last view. Throws Failure `expired` for one not known any more. */
  async confirm(id: PairingId, matches: boolean): Promise<PairingView> {
    const ended = this.#ended.get(id);
    if (ended !== undefined) return ended;
    for (const pairing of this.#active.values()) {
      if (pairing.id !== id) continue;
      pairing.confirm(matches);
      return await pairing.ended;
    }
    throw new Failure('expired', { reason: 'pairing' });
  }

  /** To be given every message of every link; those of others pass by. */
  handle(link: Link, message: LinkMessage): void {
    const pairing = this.#active.get(link);
    switch (message.kind) {
      case 'pair-commit':
        if (pairing === undefined) this.#begin(link, message.commitment);
        else pairing.fail(new Failure('peer-misbehaved', { reason: 'second commitment' }));
        break;
      case 'pair-nonce':
      case 'pair-reveal':
      case 'pair-confirmed':
        if (pairing !== undefined) pairing.take(message);
        else refuse(link, new Failure('peer-misbehaved', { reason: `${message.kind} without a pairing` }));
        break;
      case 'refused':
        pairing?.refused(new Failure(message.code));
        break;
      default:
        break;
    }
  }

  /** Ends all pairings and the window. */
  stop(): void {
    this.closeWindow();
    this.#knocks.stop();
    for (const pairing of [...this.#active.values()]) pairing.fail(new Failure('interrupted'));
  }

  /** Another device wants to pair: only inside the window, one at a time, three times in all. */
  #begin(link: Link, commitment: Uint8Array): void {
    const window = this.#window;
    const isBusy = [...this.#active.values()].some((pairing) => pairing.view.role === 'responder');
    if (window === null || window.attemptsLeft === 0 || isBusy) {
      this.#options.log('info', 'pairing-refused', { peer: shortIdOf(link.peerId) });
      const mayShow = window === null && link.admission === 'guest' && this.#options.isVisible();
      if (mayShow) this.#knocks.knock(link.peerId, link.peerHello.name);
      refuse(link, new Failure('pairing-closed'));
      return;
    }
    // Counted now: giving up after the commitment is an attempt too.
    window.attemptsLeft -= 1;
    const pairing = this.#add(link, 'responder');
    pairing.answer(commitment);
    void pairing.ended.then((view) => {
      if (view.state === 'done' || window.attemptsLeft === 0) this.#close(window);
    });
  }

  #close(window: object): void {
    if (this.#window === window) this.closeWindow();
  }

  #add(link: Link, role: PairingView['role']): Pairing {
    const { ownId, storePeer, onChange } = this.#options;
    const pairing = new Pairing({
      link,
      role,
      context: pairContext(link, ownId, role),
      store: () => storePeer({ id: link.peerId, name: link.peerHello.name, trust: 'other' }),
      onChange,
    });
    this.#active.set(link, pairing);
    void pairing.ended.then((view) => {
      this.#active.delete(link);
      this.#ended.set(view.pairing, view);
      for (const id of this.#ended.keys()) if (this.#ended.size > MAX_ENDED) this.#ended.delete(id);
    });
    return pairing;
  }
}
