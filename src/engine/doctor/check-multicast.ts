import { isIPv4 } from 'node:net';
import type { DoctorFinding } from '../../shared/doctor.ts';
import { type CheckContext, type Found, localInterfaces } from './doctor-parts.ts';
import { echoMulticast, type MulticastEcho } from './multicast-echo.ts';

/** Hosts full of networks exist; the first ones tell enough. */
const MAX_INTERFACES = 8;

type Trouble = Exclude<DoctorFinding<'multicast'>, 'answered' | 'heard' | 'partly' | 'no-interface'>;

const BY_ERROR: Readonly<Record<string, Trouble>> = {
  EADDRINUSE: 'port-held',
  EPERM: 'not-permitted',
  EACCES: 'not-permitted',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  ENODEV: 'switched-off',
  EADDRNOTAVAIL: 'switched-off',
};

/** What one interface tells, or null where all is well. */
export function troubleOf(echo: MulticastEcho, hasMulticast: boolean | null): Trouble | null {
  // The kernel still sends on such an interface when told to by name; nobody hears it.
  if (hasMulticast === false) return 'switched-off';
  if (echo.error !== null) return BY_ERROR[echo.error] ?? 'not-heard';
  return echo.isHeard ? null : 'not-heard';
}

/** Whether questions to all on the network leave this machine and are heard: what discovery lives by. */
export async function checkMulticast({ network, signal }: CheckContext): Promise<Found<'multicast'>> {
  const asked = localInterfaces(network)
    .flatMap((own) => {
      const ipv4 = own.addresses.find(({ address }) => isIPv4(address))?.address;
      return ipv4 === undefined ? [] : [{ name: own.name, ipv4 }];
    })
    .slice(0, MAX_INTERFACES);
  if (asked.length === 0) return { finding: 'no-interface' };
  const results = await Promise.all(
    asked.map(async ({ name, ipv4 }) => {
      const echo = await echoMulticast(ipv4, signal);
      return { name, echo, trouble: troubleOf(echo, network.facts.get(name)?.hasMulticast ?? null) };
    }),
  );
  const bad = results.filter(({ trouble }) => trouble !== null);
  const [first] = bad;
  if (first?.trouble === null || first === undefined) {
    const answers = new Set(results.flatMap(({ echo }) => [...echo.answers]));
    if (answers.size > 0) return { finding: 'answered', subjects: [...answers] };
    return { finding: 'heard', subjects: results.map(({ name }) => name) };
  }
  const subjects = bad.map(({ name }) => name);
  const failure =
    first.echo.error === null
      ? {}
      : { failure: { code: 'io' as const, subject: first.name, reason: first.echo.error } };
  if (bad.length < results.length) return { finding: 'partly', subjects, ...failure };
  return { finding: first.trouble, subjects, ...failure };
}
