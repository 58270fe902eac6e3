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

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
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
  const keep = (part: Buffer): void => {
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
): Promise<DaemonProcess> {
  const child = spawn(requireCommand(command), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = keepOutput(child);
  const ended = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  for (const endMs = Date.now() + START_PATIENCE_MS; Date.now() < endMs; await sleep(RETRY_MS)) {
    if (child.exitCode !== null) break;
    if (await answers(port)) return { pid: child.pid ?? 0, stop };
  }
  await stop();
  throw new Error(`${command} did not start: ${output()}`);
}

/** Runs a command to its end. Throws with what it said when it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  onStart: (pid: number) => void = () => {},
): Promise<void> {
  const child = spawn(requireCommand(command), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = keepOutput(child);
  if (child.pid !== undefined) onStart(child.pid);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${output()}`);
}
