import { isIP, isIPv6 } from 'node:net';
import type { Address, NetworkCaution, PeerPath } from '../../shared/device.ts';
import { factsByName, type InterfaceFacts, readInterfaceFacts } from './interface-kind.ts';
import { MeteredInterfaces } from './metered.ts';
import { isOnLink, isOwnAddress, listOwnInterfaces, type OwnInterface } from './own-interfaces.ts';
import { isOwnNetwork } from './own-network.ts';
import { FAR_IPV4, FAR_IPV6, sourceAddressFor } from './source-address.ts';

/** A cable is pulled and another network is joined within seconds; asking costs a few small reads. */
const FRESH_MS = 4_000;

export interface PathParts {
  readonly listInterfaces: () => readonly OwnInterface[];
  readonly readFacts: (names: readonly string[]) => Promise<ReadonlyMap<string, InterfaceFacts>>;
  readonly sourceAddressFor: (host: string) => Promise<string | null>;
  /** Those interfaces that cost by the amount. */
  readonly readMetered: () => Promise<ReadonlySet<string>>;
  readonly nowMs: () => number;
}

function systemParts(): PathParts {
  const metered = new MeteredInterfaces();
  return {
    listInterfaces: () => listOwnInterfaces(),
    readFacts: (names) => readInterfaceFacts(names),
    readMetered: () => metered.read(),
    sourceAddressFor,
    nowMs: () => performance.now(),
  };
}

/** Knows by which interface an address is reached. */
export class NetworkPaths {
  readonly #parts: PathParts;
  #facts: ReadonlyMap<string, InterfaceFacts> = new Map();
  #metered: ReadonlySet<string> = new Set();
  /** Own addresses from which packets to far away leave. */
  #defaults: readonly string[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(parts: PathParts = systemParts()) {
    this.#parts = parts;
  }

  /** Reads what cannot be had at once. Awaited before the first use it makes that one as good as later ones. */
  async refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  /**
   * How `address` is reached: by the interface in whose subnet it is, else by the one of the default route.
   * Null for a host name, and where there is no way. Answers at once with what was last read from the system;
   * older than a few seconds, that is read anew for the next time.
   */
  pathTo(address: Address): PeerPath | null {
    if (this.#parts.nowMs() - this.#readAtMs > FRESH_MS) void this.refresh();
    const host = hostOf(address);
    if (isIP(host.split('%')[0] ?? '') === 0) return null;
    const interfaces = this.#parts.listInterfaces();
    const found = this.#interfaceTo(interfaces, host);
    if (found === null) return null;
    const { kind, megabitsPerSecond } = this.#facts.get(found.name) ?? factsByName(found.name);
    const isFar = !isOnLink(found, host) && !isOwnNetwork(host);
    return {
      kind: found.isLoopback ? 'loopback' : kind,
      interface: found.name,
      megabitsPerSecond: found.isLoopback ? null : megabitsPerSecond,
      caution: found.isLoopback ? null : this.#cautionOf(found.name, kind, isFar),
      address,
    };
  }

  #interfaceTo(interfaces: readonly OwnInterface[], host: string): OwnInterface | null {
    const loopback = interfaces.find((own) => own.isLoopback);
    // What is meant for an own address never leaves the machine.
    if (isOwnAddress(interfaces, host)) return loopback ?? null;
    const near = interfaces.find((own) => isOnLink(own, host));
    if (near !== undefined) return near;
    const isSame = (address: string): boolean => isIPv6(address) === isIPv6(host);
    const source = this.#defaults.find(isSame);
    return interfaces.find((own) => own.addresses.some((one) => one.address === source)) ?? null;
  }

  #cautionOf(name: string, kind: PeerPath['kind'], isFar: boolean): NetworkCaution | null {
    if (this.#metered.has(name)) return 'metered';
    if (kind === 'vpn') return 'vpn';
    return isFar ? 'internet' : null;
  }

  async #read(): Promise<void> {
    const names = this.#parts.listInterfaces().map((own) => own.name);
    const [facts, metered, ...defaults] = await Promise.all([
      this.#parts.readFacts(names),
      this.#parts.readMetered(),
      this.#parts.sourceAddressFor(FAR_IPV4),
      this.#parts.sourceAddressFor(FAR_IPV6),
    ]);
    this.#facts = facts;
    this.#metered = metered;
    this.#defaults = defaults.filter((address) => address !== null);
    this.#readAtMs = this.#parts.nowMs();
  }
}

function hostOf(address: Address): string {
  const bracketed = /^\[([^\]]*)\]/.exec(address);
  if (bracketed !== null) return bracketed[1] ?? '';
  return isIPv6(address) ? address : (address.split(':')[0] ?? '');
}
