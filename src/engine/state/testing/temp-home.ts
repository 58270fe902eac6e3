import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../engine-options.ts';
import { type Home, openHome } from '../home.ts';

export interface TempHome extends AsyncDisposable {
  readonly home: Home;
}

/** A private home in a temp folder of its own, removed when disposed of. */
export async function makeTempHome(): Promise<TempHome> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'ferry-state-'));
  const home = await openHome(join(folder, 'home'));
  return { home, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

export interface HeardLog {
  readonly log: Log;
  /** Events in order. */
  readonly events: { readonly event: string; readonly detail: Readonly<Record<string, unknown>> }[];
}

/** A log that remembers. */
export function makeHeardLog(): HeardLog {
  const events: HeardLog['events'] = [];
  return { events, log: (_level, event, detail = {}) => void events.push({ event, detail }) };
}
