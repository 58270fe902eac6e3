import type { NetworkCaution } from '../shared/device.ts';
import type { EngineApi } from '../shared/engine-api.ts';
import { escapeText } from '../shared/escape.ts';
import type { JobView } from '../shared/job.ts';

const WAYS: Readonly<Record<NetworkCaution, string>> = {
  metered: 'a metered network',
  vpn: 'a VPN',
  internet: 'the internet',
};

/**
 * What a person should know of the network that a job moves over; null: nothing. The command goes on, since who
 * typed it named the device.
 */
export async function networkWarning(
  api: Pick<EngineApi, 'call'>,
  { peer }: Pick<JobView, 'peer'>,
  signal: AbortSignal,
): Promise<string | null> {
  if (peer === null) return null;
  const peers = await api.call('peers.list', {}, signal);
  const caution = peers.find(({ id }) => id === peer.id)?.path?.caution ?? null;
  if (caution === null) return null;
  return `ferry: warning: ${escapeText(peer.name)} is reached over ${WAYS[caution]}; copying goes on. Ctrl-C stops it, \`--limit\` slows it.`;
}
