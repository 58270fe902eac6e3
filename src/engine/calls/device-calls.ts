import { runDoctor } from '../doctor/doctor.ts';
import type { CallParts, HandlersOf } from './call-parts.ts';

/** This device: its name, its settings, what is wrong with its network. */
export function createDeviceCalls(parts: CallParts): HandlersOf<'device' | 'settings' | 'doctor'> {
  return {
    'device.get': async () => {
      await parts.lookAtDevice();
      return parts.device();
    },
    'device.rename': async ({ name }) => await parts.rename(name),
    'settings.get': async () => parts.settings(),
    'settings.update': async ({ change }) => await parts.updateSettings(change),
    'doctor.run': async ({ check, target }, signal) => await runDoctor(parts, check, target, signal),
  };
}
