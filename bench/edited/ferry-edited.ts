import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runFerry, startServe } from '../../tools/ferry-process.ts';
import { pairTwoDevices } from '../../tools/two-devices.ts';
import type { StartEditedRival } from './edited-rival.ts';

/** Ferry between two running engines; the sender is a device of the same person, so sums may be told. */
export function startFerryEdited(name: string, flags: readonly string[]): StartEditedRival {
  return async (folder, file) => {
    mkdirSync(folder);
    const devices = await pairTwoDevices(folder, new AbortController().signal);
    const sender = await startServe({
      args: ['--port', '0', '--listen', '127.0.0.1', '--inbox', join(folder, 'inbox-b')],
      home: devices.senderHome,
    });
    const trusted = await runFerry({
      args: ['trust', sender.deviceId, 'mine'],
      home: join(folder, 'home-a'),
    });
    if (trusted.code !== 0) throw new Error(`ferry trust: ${trusted.stderr}`);
    return {
      name,
      target: join(devices.inbox, file),
      update: async (source) => {
        const args = ['send', source, '--to', devices.peer, '--on-conflict', 'replace', '--json', ...flags];
        const run = await runFerry({ args, home: devices.senderHome });
        const result = run.lines.at(-1);
        if (run.code !== 0) throw new Error(`ferry send ended with ${run.code}: ${JSON.stringify(result)}`);
        return { wireBytes: Number(result?.['wireBytes']) };
      },
      stop: async () => {
        await sender.stop();
        await devices.receiver.stop();
      },
    };
  };
}
