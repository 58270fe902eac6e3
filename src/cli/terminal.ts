import type { Readable, Writable } from 'node:stream';

/** What a command may know and use of the process it runs in; tests make their own. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Aborted by the first Ctrl-C (or SIGTERM, SIGHUP); its reason is the signal's name. */
  readonly interrupt: AbortSignal;
  /** Aborted when nobody reads stdout any more. */
  readonly outputGone: AbortSignal;
}

/** Ending in order takes a few seconds at most; a stop that hangs on a dead disk is none. */
const MAX_LEAVING_MS = 20_000;

/** The real one. The second Ctrl-C ends the process at once; a closed stdout is no error. */
export function createProcessTerminal(leaveAtOnce: () => void): Terminal {
  const interrupt = new AbortController();
  const outputGone = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) leaveAtOnce();
      interrupt.abort(name);
      setTimeout(leaveAtOnce, MAX_LEAVING_MS).unref();
    });
  }
  process.stdout.on('error', () => outputGone.abort());
  // a log line or a message that nobody can read is not worth dying for
  process.stderr.on('error', () => undefined);
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    interrupt: interrupt.signal,
    outputGone: outputGone.signal,
  };
}
