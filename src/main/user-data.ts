import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

/**
 * Where this app keeps what is not the engine's. A home of its own (`FERRY_HOME`) is a device of its own, so it gets
 * a folder of its own: the lock that makes a second start find the first lies there too.
 */
export function userDataFolder(usual: string, ferryHome: string | undefined): string {
  if (ferryHome === undefined || ferryHome === '') return usual;
  return join(usual, 'homes', createHash('sha256').update(resolve(ferryHome)).digest('hex').slice(0, 16));
}
