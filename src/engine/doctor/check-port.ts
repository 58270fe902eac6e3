import { type Failure, toFailure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { parseAddress } from '../link/address.ts';
import { isLinkLocal } from '../network/own-interfaces.ts';
import { type CheckContext, type Found, localInterfaces } from './doctor-parts.ts';

const PROBE_MS = 2_000;
const MAX_PROBES = 4;

/** Whether this device listens where others can reach it, and answers there as itself. */
export async function checkPort({ parts, network, signal }: CheckContext): Promise<Found<'port'>> {
  const { port, addresses } = parts.device();
  if (port === 0 || addresses.length === 0) return { finding: 'not-listening' };
  const hosts = new Set(localInterfaces(network).flatMap((own) => own.addresses.map((one) => one.address)));
  const outside = addresses.filter((address) => {
    const { host } = parseAddress(address);
    return !isLoopback(host) && !isLinkLocal(host) && (hosts.has(host) || isAny(host));
  });
  if (addresses.every((address) => isLoopback(parseAddress(address).host))) {
    // Told to stay inside, or there is no outside; the latter is the interfaces' matter.
    return hosts.size === 0
      ? { finding: 'no-network', subjects: addresses }
      : { finding: 'loopback-only', subjects: addresses };
  }
  if (outside.length === 0) return { finding: 'no-network', subjects: addresses };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
  const probed = await Promise.all(
    outside.slice(0, MAX_PROBES).map(async (address) => ({
      address,
      answer: await parts.links.probe(address, limit).catch((error: unknown) => toFailure(error, address)),
    })),
  );
  const strange = probed.find(({ answer }) => isOther(answer, parts.ownId));
  if (strange !== undefined) return { finding: 'other-program', subjects: [strange.address] };
  const blocked = probed.find(({ answer }) => typeof answer !== 'string');
  if (blocked !== undefined) {
    const failure = (blocked.answer as Failure).toData();
    return { finding: 'blocked', subjects: [blocked.address], failure };
  }
  return { finding: 'reachable', subjects: outside };
}

function isOther(answer: DeviceId | Failure, ownId: DeviceId): boolean {
  return typeof answer === 'string' ? answer !== ownId : answer.code === 'not-ferry';
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1' || host === 'localhost';
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
