import {
  DOCTOR_FINDINGS,
  type DoctorCheck,
  type DoctorReport,
  type DoctorState,
} from '../../shared/doctor.ts';
import { Failure } from '../../shared/failure.ts';
import { readInterfaceFacts } from '../network/interface-kind.ts';
import { listOwnInterfaces } from '../network/own-interfaces.ts';
import { checkClock } from './check-clock.ts';
import { checkFirewall } from './check-firewall.ts';
import { checkAddresses, checkInterfaces } from './check-interfaces.ts';
import { checkIsolation } from './check-isolation.ts';
import { checkMulticast } from './check-multicast.ts';
import { checkPeer } from './check-peer.ts';
import { checkPort } from './check-port.ts';
import { checkVpn } from './check-vpn.ts';
import type { CheckContext, Checks, DoctorParts } from './doctor-parts.ts';

const CHECKS: Checks = {
  interfaces: async ({ network }) => checkInterfaces(network),
  addresses: async ({ network }) => checkAddresses(network),
  multicast: checkMulticast,
  port: checkPort,
  firewall: (context) => checkFirewall(context),
  vpn: (context) => checkVpn(context),
  'client-isolation': checkIsolation,
  clock: (context) => checkClock(context),
  peer: checkPeer,
};

/**
 * Runs one check: below 3 s, changes nothing, sends nothing beyond the local network and `target` (PEER or
 * HOST:PORT, for the check `peer`). @throws Failure `cancelled`.
 */
export async function runDoctor(
  parts: DoctorParts,
  check: DoctorCheck,
  target: string | null,
  signal: AbortSignal,
): Promise<DoctorReport> {
  const startedMs = performance.now();
  const interfaces = listOwnInterfaces();
  const facts = await readInterfaceFacts(interfaces.map((own) => own.name));
  const context: CheckContext = { parts, network: { interfaces, facts }, target, signal };
  const found = await CHECKS[check](context);
  // What an interrupted check has not seen must not be told as a finding.
  if (signal.aborted) throw new Failure('cancelled', {}, signal.reason);
  const states: Readonly<Record<string, DoctorState>> = DOCTOR_FINDINGS[check];
  return {
    check,
    state: states[found.finding] ?? 'unknown',
    finding: found.finding,
    subjects: found.subjects ?? [],
    failure: found.failure ?? null,
    tookMs: found.tookMs ?? Math.round(performance.now() - startedMs),
  };
}
