import { connect } from 'node:net';

export interface KnockResult {
  /** `refused`: the machine is there, nobody listens. `silent`: no answer at all within the time. */
  readonly outcome: 'open' | 'refused' | 'no-route' | 'silent' | 'failed';
  /** The system's name of what went wrong. */
  readonly reason: string | null;
  readonly tookMs: number;
}

const BY_ERROR: Readonly<Record<string, KnockResult['outcome']>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  EHOSTDOWN: 'no-route',
  ETIMEDOUT: 'silent',
};

/** Opens a TCP connection and closes it at once; nothing is sent. Never throws; an abort counts as silence. */
export function knock(
  host: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<KnockResult> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const end = (outcome: KnockResult['outcome'], reason: string | null = null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve({ outcome, reason, tookMs: Math.round(performance.now() - startedMs) });
    };
    const onAbort = () => end('silent');
    const socket = connect({ host, port });
    const timer = setTimeout(() => end('silent'), timeoutMs);
    signal.addEventListener('abort', onAbort);
    socket.on('connect', () => end('open'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? 'closed';
      end(BY_ERROR[code] ?? 'failed', code);
    });
    if (signal.aborted) onAbort();
  });
}
