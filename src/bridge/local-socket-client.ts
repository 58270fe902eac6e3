import { once } from 'node:events';
import { createConnection } from 'node:net';
import { Failure, toFailure } from '../shared/failure.ts';
import { checkSocketFolder } from './local-socket-folder.ts';
import { createSocketPort } from './local-socket-port.ts';
import type { Port } from './port.ts';

/** What a connect says when no engine listens there: nothing, a left-over file, or one that just went. */
const NOBODY: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/**
 * A port to whoever listens at `path`; null when nobody does. Throws Failure: `state-unusable` when the
 * socket's folder belongs to somebody else, `cancelled`, or what the system says.
 */
export async function connectLocalSocket(path: string, signal: AbortSignal): Promise<Port | null> {
  if (!(await checkSocketFolder(path, false))) return null;
  const socket = createConnection({ path });
  try {
    await once(socket, 'connect', { signal });
    return createSocketPort(socket);
  } catch (error) {
    socket.destroy();
    if (NOBODY.has((error as NodeJS.ErrnoException).code)) return null;
    if (signal.aborted) throw new Failure('cancelled', {}, error);
    throw toFailure(error, path, 'io');
  }
}
