import { randomBytes } from 'node:crypto';
import type { PairingView } from '../../../shared/device.ts';
import type { DeviceId } from '../../../shared/ids.ts';
import { createIdentity, type Identity } from '../../identity/identity.ts';
import type { LinkMessage } from '../../wire/control-messages.ts';
import { Invites } from '../invites.ts';
import type { Link } from '../link.ts';
import { Links } from '../links.ts';
import type { DataSocket } from '../listener.ts';
import { type PairedPeer, Pairings } from '../pairings.ts';

/** A device without disk or jobs for tests: real keys, real sockets on loopback, a store in memory. */
export interface TestDevice {
  readonly identity: Identity;
  readonly links: Links;
  readonly pairings: Pairings;
  readonly invites: Invites;
  readonly port: number;
  readonly address: string;
  readonly paired: Map<DeviceId, PairedPeer>;
  readonly received: { link: Link; message: LinkMessage }[];
  readonly pairingViews: PairingView[];
  /** Each change of the pairing window or of who knocked. */
  readonly windows: { endsMs: number | null; knock: string | null }[];
  readonly logged: { event: string; detail: unknown }[];
  readonly redeemed: { link: Link; codeId: string }[];
  readonly dataSockets: DataSocket[];
  stop(): Promise<void>;
}

export interface TestDeviceOptions {
  readonly name?: string;
  readonly identity?: Identity;
  readonly epoch?: string;
  readonly port?: number;
  /** What is done before it listens. */
  readonly beforeStart?: (links: Links) => Promise<void> | void;
  /** Only paired devices, or nobody, may see it. */
  readonly isHidden?: boolean;
  readonly storePeer?: (peer: PairedPeer) => Promise<void>;
  readonly onPairing?: (view: PairingView, device: () => TestDevice) => void;
}

/** Starts one on 127.0.0.1, on a free port unless told. */
export async function startTestDevice(options: TestDeviceOptions = {}): Promise<TestDevice> {
  const identity = options.identity ?? (await createIdentity());
  const paired = new Map<DeviceId, PairedPeer>();
  const received: TestDevice['received'] = [];
  const pairingViews: PairingView[] = [];
  const windows: TestDevice['windows'] = [];
  const logged: TestDevice['logged'] = [];
  const redeemed: TestDevice['redeemed'] = [];
  const dataSockets: DataSocket[] = [];
  const log = (_level: string, event: string, detail?: unknown) => void logged.push({ event, detail });
  const links = new Links({
    identity,
    describe: () => ({ name: options.name ?? 'Test Device', kind: 'desktop', features: [] }),
    epoch: options.epoch ?? randomBytes(8).toString('hex'),
    isPaired: (id) => paired.has(id),
    admittedJobs: () => [],
    onDataSocket: (socket) => dataSockets.push(socket),
    log,
  });
  const storePeer = async (peer: PairedPeer) => {
    await (options.storePeer?.(peer) ?? new Promise((resolve) => setTimeout(resolve, 5)));
    paired.set(peer.id, peer);
  };
  const pairings: Pairings = new Pairings({
    ownId: identity.id,
    storePeer,
    isVisible: () => options.isHidden !== true,
    onWindow: () => windows.push({ endsMs: pairings.windowEndsMs, knock: pairings.knock?.name ?? null }),
    onChange: (view) => {
      pairingViews.push(view);
      options.onPairing?.(view, () => device);
    },
    log,
  });
  const invites = new Invites({
    ownId: identity.id,
    openByAddress: (address, signal, expected) => links.openByAddress(address, signal, expected),
    storePeer,
    onRedeemed: (link, codeId) => redeemed.push({ link, codeId }),
  });
  links.onMessage((link, message) => {
    received.push({ link, message });
    pairings.handle(link, message);
    invites.handle(link, message);
  });
  await options.beforeStart?.(links);
  const port = await links.start(options.port ?? 0, '127.0.0.1');
  const stop = async () => {
    pairings.stop();
    await links.stop();
  };
  const device: TestDevice = {
    identity,
    links,
    pairings,
    invites,
    port,
    address: `127.0.0.1:${port}`,
    paired,
    received,
    pairingViews,
    windows,
    logged,
    redeemed,
    dataSockets,
    stop,
  };
  return device;
}

/** Both remember each other, as after a pairing. */
export function pairDevices(one: TestDevice, other: TestDevice): void {
  one.paired.set(other.identity.id, { id: other.identity.id, name: 'Other', trust: 'mine' });
  other.paired.set(one.identity.id, { id: one.identity.id, name: 'One', trust: 'mine' });
}

/** Resolves once `isTrue` is; rejects after `timeoutMs`. */
export async function until(isTrue: () => boolean, timeoutMs = 30_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A signal that never aborts. */
export function never(): AbortSignal {
  return new AbortController().signal;
}
