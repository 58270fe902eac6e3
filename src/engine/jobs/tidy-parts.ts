import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { JobKey } from '../state/records.ts';
import type { JobParts } from './job-parts.ts';
import { noteLeftoverParts } from './leftover-parts.ts';

/** Before a pull begins again that nobody could end in order: only what is claimed or staged stays of it. */
export async function tidyParts(
  { state, log }: Pick<JobParts, 'state' | 'log'>,
  { orderer, job }: JobKey,
): Promise<void> {
  const key = { orderer, job };
  await noteLeftoverParts(state, [key], log);
  await removeUnclaimed({ state }, key);
}

/** Files that were whole but had no name yet, or too small to claim: they are fetched again, not looked for. */
async function removeUnclaimed({ state }: Pick<JobParts, 'state'>, key: JobKey): Promise<void> {
  const [parts, claims] = await Promise.all([state.parts.list(key), state.claims.list(key)]);
  const claimed = new Set(claims.map(({ part }) => Buffer.from(part).toString('latin1')));
  for (const { path, type } of parts) {
    const bytes = Buffer.from(path);
    const name = basename(bytes.toString('latin1'));
    if (type !== 'file' || claimed.has(name) || !name.endsWith('.part')) continue;
    await rm(bytes, { force: true });
    await state.parts.remove(key, [path]);
  }
}
