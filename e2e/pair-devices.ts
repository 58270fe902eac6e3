import type { Device } from './device.ts';
import { EngineSide } from './engine-side.ts';

/** One end of a device that serves and that this process may speak to; null for others. */
async function sideOf(device: Device): Promise<EngineSide | null> {
  return device.isServing ? await EngineSide.open(device).catch(() => null) : null;
}

/**
 * Pairs two devices by an invite; each knows the other by its own name. Where an engine runs it is asked, as the app
 * does, which takes a fraction of the time of a command.
 * @throws Error when it fails.
 */
export async function pairDevices(joiner: Device, issuer: Device): Promise<void> {
  using issuing = await sideOf(issuer);
  using joining = await sideOf(joiner);
  const code =
    issuing === null
      ? String((await issuer.run(['invite'])).lines[0]?.['code'])
      : (await issuing.call('invite.create', { trust: 'other' })).code;
  if (joining !== null) {
    await joining.call('invite.join', { address: issuer.address, code });
    return;
  }
  const join = await joiner.run(['join', issuer.address], { code });
  if (join.code !== 0) throw new Error(`${joiner.name} cannot join ${issuer.name}: ${join.stdout}`);
}
