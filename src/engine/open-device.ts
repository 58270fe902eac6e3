import { cleanDeviceName } from '../shared/device-name.ts';
import { guessDeviceKind } from './device-kind.ts';
import { createFriendlyName } from './identity/friendly-name.ts';
import type { Identity } from './identity/identity.ts';
import { createIdentity, readIdentity } from './identity/identity.ts';
import type { DeviceRecord } from './state/records.ts';
import type { StateClient } from './state/state-client.ts';

export interface OwnDevice {
  readonly record: DeviceRecord;
  readonly identity: Identity;
}

/**
 * This device as its home keeps it; made at the first start with a random, friendly name.
 * @throws Failure `key-unusable`, `state-unusable`.
 */
export async function openDevice(state: StateClient, name: string | null): Promise<OwnDevice> {
  let record = (await state.device.get()) ?? (await createDevice(state));
  if (name !== null && cleanDeviceName(name) !== record.name) {
    record = await state.device.rename(cleanDeviceName(name));
  }
  return { record, identity: readIdentity(record.keyPem, record.certificatePem) };
}

async function createDevice(state: StateClient): Promise<DeviceRecord> {
  const identity = await createIdentity();
  return await state.device.create({
    id: identity.id,
    name: createFriendlyName(),
    kind: await guessDeviceKind(process.env),
    visibility: 'everyone',
    keyPem: identity.keyPem,
    certificatePem: identity.certificatePem,
    createdMs: Date.now(),
  });
}
