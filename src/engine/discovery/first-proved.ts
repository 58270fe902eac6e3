import type { Address } from '../../shared/device.ts';
import type { DeviceId } from '../../shared/ids.ts';

/** Makes a handshake and closes: who answers at `address`. Throws Failure when nobody of ours does. */
export type Probe = (address: Address, signal: AbortSignal) => Promise<DeviceId>;

export interface ProbeOutcome {
  /** The first address where an expected device answered. */
  readonly proved: { readonly address: Address; readonly id: DeviceId } | null;
  /** Addresses where another device answered before that. */
  readonly wrong: readonly Address[];
}

/**
 * Tries all addresses at once and stops at the first expected answer; the rest is told to give up through
 * its signal. Resolves at the latest when `signal` aborts, whatever the probes do. Never throws.
 */
export async function firstProved(
  addresses: readonly Address[],
  isExpected: (id: DeviceId) => boolean,
  probe: Probe,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  const wrong: Address[] = [];
  const attempts = addresses.map(async (address) => {
    const id = await probe(address, either);
    if (isExpected(id)) return { address, id };
    wrong.push(address);
    throw new Error('another device answered');
  });
  const given = Promise.withResolvers<null>();
  const giveUp = (): void => given.resolve(null);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  const proved = await Promise.race([Promise.any(attempts).catch(() => null), given.promise]);
  signal.removeEventListener('abort', giveUp);
  enough.abort();
  return { proved, wrong: [...wrong] };
}
