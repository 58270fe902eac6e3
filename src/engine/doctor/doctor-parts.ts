import type { DeviceView, PeerView } from '../../shared/device.ts';
import type { DoctorCheck, DoctorFinding } from '../../shared/doctor.ts';
import type { FailureData } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Links } from '../link/links.ts';
import type { InterfaceFacts } from '../network/interface-kind.ts';
import type { OwnInterface } from '../network/own-interfaces.ts';

/** What the checks need of the engine. */
export interface DoctorParts {
  readonly ownId: DeviceId;
  readonly device: () => Pick<DeviceView, 'addresses' | 'port'>;
  readonly listPeers: () => readonly PeerView[];
  readonly links: Pick<Links, 'get' | 'probe' | 'openByAddress'>;
  readonly peers: { list(): readonly { readonly pairedMs: number }[] };
  readonly book: { list(): Promise<readonly { readonly updatedMs: number }[]> };
}

/** The machine's network as it is now. */
export interface NetworkNow {
  /** Those that are up and have an address. */
  readonly interfaces: readonly OwnInterface[];
  readonly facts: ReadonlyMap<string, InterfaceFacts>;
}

export interface CheckContext {
  readonly parts: DoctorParts;
  readonly network: NetworkNow;
  /** PEER or HOST:PORT, for the check of one peer. */
  readonly target: string | null;
  readonly signal: AbortSignal;
}

/** What one check has found; its state follows from the finding. */
export interface Found<Check extends DoctorCheck> {
  readonly finding: DoctorFinding<Check>;
  readonly subjects?: readonly string[];
  readonly failure?: FailureData;
  /** Only where the time of the whole check is not what counts. */
  readonly tookMs?: number;
}

export type Checks = {
  readonly [Check in DoctorCheck]: (context: CheckContext) => Promise<Found<Check>>;
};

/** The interfaces that lead to other machines: no loopback, nothing that ends inside this one. */
export function realInterfaces({ interfaces, facts }: NetworkNow): readonly OwnInterface[] {
  return interfaces.filter((own) => !own.isLoopback && facts.get(own.name)?.isVirtual !== true);
}

/** The real ones that are no VPN: what devices at home share. */
export function localInterfaces(network: NetworkNow): readonly OwnInterface[] {
  return realInterfaces(network).filter((own) => network.facts.get(own.name)?.kind !== 'vpn');
}
