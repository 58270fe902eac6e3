import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { Address, DeviceKind } from '../../shared/device.ts';
import { Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import type { Log } from '../engine-options.ts';
import { shortIdOf } from '../identity/device-id.ts';
import type { Identity } from '../identity/identity.ts';
import { EXPORTER_BYTES } from '../identity/short-code.ts';
import type { LinkMessage } from '../wire/control-messages.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../wire/limits.ts';
import { abortFailure } from './abort-failure.ts';
import { parseAddress } from './address.ts';
import { type Dialled, dial, dialFirst } from './dial.ts';
import { type Greeting, greet } from './greet.ts';
import { watchGuest } from './guest-watch.ts';
import { Link } from './link.ts';
import { type Accepted, type DataSocket, Listener } from './listener.ts';
import { isNewLinkKept } from './pick-link.ts';

export interface LinksOptions {
  readonly identity: Identity;
  /** What this device says of itself; asked for each hello. */
  readonly describe: () => {
    readonly name: string;
    readonly kind: DeviceKind;
    readonly features: readonly string[];
  };
  /** Random, new with every start of the engine. */
  readonly epoch: string;
  readonly isPaired: (id: DeviceId) => boolean;
  /** Jobs an unpaired device may drive because it holds a live grant. */
  readonly admittedJobs: (id: DeviceId) => Iterable<JobId>;
  /** A data connection to hand to a worker; never called where `canHandOff()` is false. */
  readonly onDataSocket: (socket: DataSocket) => void;
  readonly log: Log;
}

/** Replaced links live on through the newest; a peer that redials for ever must not make that chain endless. */
const MAX_REPLACEMENTS = 16;

export type LinkListener = (link: Link) => void;
export type LinkMessageListener = (link: Link, message: LinkMessage) => void;

/** A connection before the hello, whoever dialled it. */
interface Connection extends Dialled {
  readonly remoteHost: string;
  readonly remotePort: number;
  readonly isDialled: boolean;
}

/** All control connections of this device: listens, dials, and keeps at most one link to each peer. */
export class Links {
  readonly #options: LinksOptions;
  readonly #listener: Listener;
  readonly #live = new Map<DeviceId, Link>();
  /** Live and retired ones. */
  readonly #all = new Set<Link>();
  /** Dials that are past the handshake, by peer: only one goes on to say hello. */
  readonly #greeting = new Map<DeviceId, Promise<Link>>();
  readonly #sockets = new Set<TLSSocket>();
  readonly #linkListeners = new Set<LinkListener>();
  readonly #messageListeners = new Set<LinkMessageListener>();
  readonly #stop = new AbortController();
  readonly #listening = Promise.withResolvers<void>();
  #port = 0;

  constructor(options: LinksOptions) {
    this.#options = options;
    this.#listener = new Listener({
      identity: options.identity,
      isTrustedHost: (host) => this.#isTrustedHost(host),
      onControl: (accepted) => void this.#welcome(accepted),
      onData: options.onDataSocket,
      log: options.log,
    });
  }

  /** Listens; resolves with the port. Throws Failure `port-taken`, `no-permission`, `usage`. */
  async start(port: number, listen: string | null): Promise<number> {
    this.#port = await this.#listener.start(port, listen);
    this.#listening.resolve();
    return this.#port;
  }

  /**
   * Listens on another port and lets the first one go; links stay, and are renewed one after the other so that
   * their peers learn the new port. Resolves with the port. Throws as {@link Links.start}: nothing has changed.
   */
  async rebind(port: number, listen: string | null): Promise<number> {
    if (port === this.#port) return port;
    this.#port = await this.#listener.rebind(port, listen);
    for (const link of this.list()) void this.#renew(link).catch(() => undefined);
    return this.#port;
  }

  /** Ends everything; links close after what was sent has been taken. Safe to call twice. */
  async stop(): Promise<void> {
    const failure = new Failure('interrupted', { reason: 'stopping' });
    this.#stop.abort(failure);
    for (const link of this.#all) link.close(failure);
    const closing = [...this.#sockets].map(
      (socket) => new Promise((resolve) => socket.once('close', resolve)),
    );
    await Promise.all(closing);
    await this.#listener.stop();
  }

  /** The live link to a peer. */
  get(id: DeviceId): Link | null {
    const link = this.#live.get(id);
    return link === undefined || link.isClosed ? null : link;
  }

  list(): readonly Link[] {
    return [...this.#live.values()];
  }

  /** Hears of every link that becomes the live one to its peer. */
  onLink(listener: LinkListener): () => void {
    this.#linkListeners.add(listener);
    return () => this.#linkListeners.delete(listener);
  }

  /** Hears every message of every link, from the first one on. A listener that throws a Failure ends the link. */
  onMessage(listener: LinkMessageListener): () => void {
    this.#messageListeners.add(listener);
    return () => this.#messageListeners.delete(listener);
  }

  /**
   * The live link to a peer, dialled at all addresses if there is none; before it listens nobody is, since a hello
   * says where. Throws Failure `unreachable`,
   * `wrong-device` (nothing was sent to it), `not-ferry`, `older-peer`, `newer-peer`, `timeout`, `peer-gone`.
   */
  async open(id: DeviceId, addresses: readonly Address[], signal: AbortSignal): Promise<Link> {
    if (id === this.#options.identity.id) throw new Failure('usage', { reason: 'this device' });
    const live = this.get(id);
    if (live !== null) return live;
    const targets = addresses.map(parseAddress);
    const check = (found: DeviceId) => {
      if (found !== id) throw new Failure('wrong-device', { subject: shortIdOf(found) });
    };
    const stop = this.#stopWith(signal);
    await orAbort(this.#listening.promise, stop);
    const options = { identity: this.#options.identity, check };
    return await this.#adopt(await dialFirst(targets, options, stop), stop);
  }

  /**
   * A link to whoever listens at an address. With `expectShortId` the device's key must fit these 100 bits,
   * checked before anything is sent. Throws as {@link Links.open}.
   */
  async openByAddress(
    address: Address,
    signal: AbortSignal,
    options: { readonly expectShortId?: string } = {},
  ): Promise<Link> {
    const { identity } = this.#options;
    const { expectShortId } = options;
    const check = (found: DeviceId) => {
      const isOther = expectShortId !== undefined && shortIdOf(found) !== expectShortId;
      if (isOther) throw new Failure('wrong-device', { subject: shortIdOf(found) });
      if (found === identity.id) throw new Failure('usage', { reason: 'this device' });
    };
    const stop = this.#stopWith(signal);
    return await this.#adopt(await dial(parseAddress(address), { identity, check }, stop), stop);
  }

  /** Who listens at an address: a handshake, and nothing sent. Throws Failure. */
  async probe(address: Address, signal: AbortSignal): Promise<DeviceId> {
    const options = { identity: this.#options.identity, check: () => undefined };
    const { socket, peerId } = await dial(parseAddress(address), options, this.#stopWith(signal));
    socket.destroy();
    return peerId;
  }

  /** Cuts every connection of a peer at once: what unpairing does. */
  disconnect(id: DeviceId): void {
    for (const link of this.#all) if (link.peerId === id) link.kill(new Failure('not-paired'));
  }

  #stopWith(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#stop.signal]);
  }

  #isTrustedHost(host: string): boolean {
    for (const link of this.#live.values())
      if (link.remoteHost === host && link.state !== 'guest') return true;
    return false;
  }

  #greet(connection: Connection, signal: AbortSignal): Promise<Greeting> {
    const { name, kind, features } = this.#options.describe();
    const own = { name, device: kind, features: [...features], port: this.#port, epoch: this.#options.epoch };
    return greet(connection.socket, own, signal);
  }

  /** Replaces a link by one dialled anew, whose hello tells where we listen now. One that cannot be stays. */
  async #renew(link: Link): Promise<void> {
    if (link.admission !== 'paired') return;
    // Before that a second link looks like two dials at once, and the first one might be kept.
    const youngMs = link.openedMs + HANDSHAKE_TIMEOUT_MS - performance.now();
    const signal = this.#stop.signal;
    if (!link.isDialled && youngMs > 0) await delay(youngMs, undefined, { signal, ref: false });
    if (this.get(link.peerId) !== link) return;
    const port = link.isDialled ? link.remotePort : link.peerHello.port;
    const { identity } = this.#options;
    const check = (found: DeviceId) => {
      if (found !== link.peerId) throw new Failure('wrong-device');
    };
    const { socket, peerId } = await dial({ host: link.remoteHost, port }, { identity, check }, signal);
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS)]);
    const connection = { socket, peerId, remoteHost: link.remoteHost, remotePort: port, isDialled: true };
    const renewed = this.#greet(connection, deadline).then((answer) => this.#admit(connection, answer));
    // The peer ends the first one as soon as it has our hello; until we have its own that is no end here.
    link.holdWhile(renewed);
    await renewed;
  }

  /** Goes on with a connection we dialled, unless a link or a further dial to that peer has come first. */
  async #adopt({ socket, peerId }: Dialled, signal: AbortSignal): Promise<Link> {
    const live = this.get(peerId);
    const greeting = live === null ? this.#greeting.get(peerId) : Promise.resolve(live);
    if (greeting !== undefined) {
      socket.destroy();
      return await orAbort(greeting, signal);
    }
    const remoteHost = socket.remoteAddress ?? '';
    const connection = { socket, peerId, remoteHost, remotePort: socket.remotePort ?? 0, isDialled: true };
    const deadline = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS)]);
    const link = this.#greet(connection, deadline).then((answer) => this.#admit(connection, answer));
    this.#greeting.set(peerId, link);
    const forget = () => this.#greeting.delete(peerId);
    link.then(forget, forget);
    return await orAbort(link, signal);
  }

  async #welcome(accepted: Accepted): Promise<void> {
    const { socket, peerId, hold, settle } = accepted;
    if (peerId === this.#options.identity.id) {
      socket.destroy();
      return;
    }
    try {
      const deadline = AbortSignal.any([this.#stop.signal, accepted.deadline]);
      const greeting = await this.#greet({ ...accepted, isDialled: false }, deadline);
      settle();
      const link = this.#admit({ ...accepted, isDialled: false }, greeting);
      hold.isTrusted = () => link.state !== 'guest';
    } catch (error) {
      // A probe ends here too: it leaves after the handshake.
      this.#options.log('debug', 'hello-failed', { peer: shortIdOf(peerId), code: toFailure(error).code });
    }
  }

  /** Makes the link and settles which one stays. Returns the one that does. */
  #admit(connection: Connection, greeting: Greeting): Link {
    const { socket, peerId, remoteHost, remotePort, isDialled } = connection;
    if (this.#stop.signal.aborted) {
      // Its links have been closed already: this one would stay for ever.
      socket.destroy();
      throw abortFailure(this.#stop.signal);
    }
    const link = new Link({
      stream: socket,
      greeting,
      peerId,
      remoteHost,
      remotePort,
      isDialled,
      isPaired: () => this.#options.isPaired(peerId),
      admittedJobs: this.#options.admittedJobs(peerId),
      deliver: (from, message) => this.#deliver(from, message),
      exportKey: (label, context) => socket.exportKeyingMaterial(EXPORTER_BYTES, label, context),
    });
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#all.add(link);
    void link.closed.then(() => this.#forget(link));
    const kept = this.#settle(link);
    if (kept === link) {
      this.#live.set(peerId, link);
      watchGuest(link);
      for (const listener of [...this.#linkListeners]) listener(link);
    }
    link.start();
    return kept;
  }

  /**
   * One link per peer. The loser is retired: both sides still deliver what was sent on it, and the winner
   * waits for that, so that no message is lost or overtaken.
   */
  #settle(link: Link): Link {
    const old = this.get(link.peerId);
    if (old === null) return link;
    const isRestarted = old.peerHello.epoch !== link.peerHello.epoch;
    if (isRestarted || old.replacements >= MAX_REPLACEMENTS) {
      old.kill(new Failure('peer-gone', { reason: isRestarted ? 'restarted' : 'replaced' }));
      return link;
    }
    if (isNewLinkKept(this.#options.identity.id, link.peerId, old, link)) {
      link.holdWhile(old.retire(link));
      return link;
    }
    old.holdWhile(link.retire(old));
    return old;
  }

  #forget(link: Link): void {
    this.#all.delete(link);
    if (this.#live.get(link.peerId) === link) this.#live.delete(link.peerId);
  }

  #deliver(link: Link, message: LinkMessage): void {
    for (const listener of [...this.#messageListeners]) listener(link, message);
  }
}

/** The value of `work`, or the abort of `signal`, which leaves `work` to its other waiters. */
function orAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortFailure(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
