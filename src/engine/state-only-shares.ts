import { isAbsolute } from 'node:path';
import type { CallInput, CallName, CallOutput, PeerRef } from '../shared/engine-api.ts';
import { Failure } from '../shared/failure.ts';
import type { DeviceId } from '../shared/ids.ts';
import { checkShare, viewOfStored } from './shares/share-facts.ts';
import type { ShareRecord } from './state/records.ts';
import type { StateClient } from './state/state-client.ts';

type ShareCall = Extract<CallName, `shares.${string}`>;
type ShareHandlers = { readonly [Name in ShareCall]: (input: CallInput<Name>) => Promise<CallOutput<Name>> };

/** Shares where no engine runs: they hold from the next start on. */
export function createShareHandlers(state: StateClient): ShareHandlers {
  async function idsOf(wanted: readonly PeerRef[]): Promise<DeviceId[]> {
    return await Promise.all(wanted.map(async (reference) => (await state.peers.find(reference)).id));
  }

  async function find(name: string): Promise<ShareRecord> {
    const wanted = name.toLowerCase();
    const record = (await state.shares.list()).find((share) => share.name.toLowerCase() === wanted);
    if (record === undefined) throw new Failure('no-such-path', { subject: name });
    return record;
  }

  return {
    'shares.list': async () => await Promise.all((await state.shares.list()).map(viewOfStored)),
    'shares.set': async ({ name, dir: place, readers, writers }) => {
      const dir = place ?? (await find(name)).dir;
      if (typeof dir !== 'string' || !isAbsolute(dir)) {
        throw new Failure('usage', { reason: 'path is not absolute' });
      }
      await checkShare(name, dir);
      const record = {
        ...{ name, dir },
        readers: typeof readers === 'string' ? readers : await idsOf(readers),
        writers: typeof writers === 'string' ? writers : await idsOf(writers),
        createdMs: Date.now(),
      };
      await state.shares.put(record);
      return await viewOfStored(record);
    },
    'shares.remove': async ({ name }) => {
      const record = await find(name);
      await state.shares.remove(record.name);
      return await viewOfStored(record);
    },
  };
}
