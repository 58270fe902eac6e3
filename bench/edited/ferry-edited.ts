import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runFerry, type ServingFerry, startServe } from '../../tools/ferry-process.ts';
import { pairTwoDevices } from '../../tools/two-devices.ts';
import type { StartEditedRival } from './edited-rival.ts';
import type { SlowLink } from './slow-link.ts';

interface Ends {
  readonly sender: ServingFerry;
  readonly receiver: ServingFerry;
  readonly homes: { readonly sender: string; readonly receiver: string };
  readonly inbox: string;
}

/** Both on one address. */
async function startNear(folder: string): Promise<Ends> {
  const { receiver, senderHome, inbox } = await pairTwoDevices(folder, new AbortController().signal);
  const sender = await startServe({
    args: ['--port', '0', '--listen', '127.0.0.1', '--inbox', join(folder, 'inbox-b')],
    home: senderHome,
  });
  return { sender, receiver, homes: { sender: senderHome, receiver: join(folder, 'home-a') }, inbox };
}

/** Each on an address of its own, and where it seems to be a door of the link. */
async function startFar(folder: string, link: SlowLink): Promise<Ends> {
  const homes = { sender: join(folder, 'home-b'), receiver: join(folder, 'home-a') };
  const inbox = join(folder, 'inbox');
  const start = async (home: string, host: string, at: string): Promise<ServingFerry> => {
    mkdirSync(home, { mode: 0o700 });
    const args = ['--port', '0', '--listen', host, '--inbox', at, '--accept', 'paired'];
    const serving = await startServe({ args, home });
    const { port } = serving;
    await link.openDoor({ host: '127.0.0.1', port }, { host, port }, home === homes.sender);
    return serving;
  };
  const receiver = await start(homes.receiver, '127.0.0.3', inbox);
  const sender = await start(homes.sender, '127.0.0.2', join(folder, 'inbox-b'));
  const invite = await runFerry({ args: ['invite', '--json'], home: homes.receiver });
  const code = String(invite.lines.find(({ kind }) => kind === 'invite')?.['code']);
  const args = ['join', `127.0.0.1:${receiver.port}`];
  const joined = await runFerry({ args, home: homes.sender, env: { FERRY_CODE: code } });
  if (joined.code !== 0) throw new Error(`ferry join: ${joined.stderr}`);
  return { sender, receiver, homes, inbox };
}

/** Ferry between two running engines; the sender is a device of the same person, so sums may be told. */
export function startFerryEdited(name: string, flags: readonly string[]): StartEditedRival {
  return async (folder, file, link) => {
    mkdirSync(folder);
    const { sender, receiver, homes, inbox } = await (link === undefined
      ? startNear(folder)
      : startFar(folder, link));
    const trusted = await runFerry({ args: ['trust', sender.deviceId, 'mine'], home: homes.receiver });
    if (trusted.code !== 0) throw new Error(`ferry trust: ${trusted.stderr}`);
    return {
      name,
      target: join(inbox, file),
      pids: [sender.pid, receiver.pid],
      update: async (source) => {
        const args = [
          'send',
          source,
          '--to',
          receiver.deviceId,
          '--on-conflict',
          'replace',
          '--json',
          ...flags,
        ];
        const before = link?.bytes ?? 0;
        const run = await runFerry({ args, home: homes.sender });
        const result = run.lines.at(-1);
        if (run.code !== 0) throw new Error(`ferry send ended with ${run.code}: ${JSON.stringify(result)}`);
        const wireBytes = Number(result?.['wireBytes']);
        // Not all of it may have found a way around.
        if (link !== undefined && link.bytes - before < wireBytes)
          throw new Error('it did not go over the link');
        return { wireBytes };
      },
      stop: async () => {
        await sender.stop();
        await receiver.stop();
      },
    };
  };
}
