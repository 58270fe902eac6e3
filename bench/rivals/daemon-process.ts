import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { findCommand } from '../../tools/system-packages.ts';

const START_PATIENCE_MS = 10_000;
const RETRY_MS = 20;

/** A loopback port that nobody uses now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The same for a port in another network namespace, which cannot be reached from here. */
async function isListening(by: readonly string[], port: number): Promise<boolean> {
  const [program, ...rest] = [...by, requireCommand('ss'), '-Hltn', `sport = :${port}`];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [found] = await Promise.all([child.stdout.toArray(), once(child, 'close')]);
  return found.length > 0;
}

async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return connected;
}

/** The path of an installed command. Throws when it is missing. */
export function requireCommand(name: string): string {
  const path = findCommand(name);
  if (path === null) throw new Error(`${name} is not installed`);
  return path;
}

export interface DaemonProcess {
  readonly pid: number;
  stop(): Promise<void>;
}

function keepOutput(child: ChildProcess): () => string {
  let output = '';
  const keep = (part: Buffer | string): void => {
    output = (output + part.toString()).slice(-4000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => output;
}

/** Starts a daemon that stays in the foreground and waits until `port` answers. Throws when it does not. */
export async function startDaemon(
  command: string,
  args: readonly string[],
  port: number,
  { by = [], host = '127.0.0.1' }: { readonly by?: readonly string[]; readonly host?: string } = {},
): Promise<DaemonProcess> {
  const [program = command, ...rest] = [...by, requireCommand(command), ...args];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = keepOutput(child);
  const ended = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  for (const endMs = Date.now() + START_PATIENCE_MS; Date.now() < endMs; await sleep(RETRY_MS)) {
    if (child.exitCode !== null) break;
    if (by.length > 0 ? await isListening(by, port) : await answers(host, port))
      return { pid: child.pid ?? 0, stop };
  }
  await stop();
  throw new Error(`${command} did not start: ${output()}`);
}

interface CommandOptions {
  readonly onStart?: (pid: number) => void;
  /** Command and arguments that run it, such as `ip netns exec NAME`. */
  readonly by?: readonly string[];
}

/** Runs a command to its end; resolves with what it wrote to stdout. Throws with what it said when it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { onStart = () => {}, by = [] }: CommandOptions = {},
): Promise<string> {
  const [program = command, ...rest] = [...by, requireCommand(command), ...args];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = keepOutput(child);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
  if (child.pid !== undefined) onStart(child.pid);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${output()}`);
  return stdout;
}
