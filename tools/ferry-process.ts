import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from './project-files.ts';

/** Ferry as a person or a script runs it: the command `bin/ferry`, nothing of its code. */
const FERRY = join(projectFolder, 'bin/ferry');
const STOP_PATIENCE_MS = 15_000;

/** One line of `--json` output. */
export type JsonLine = Readonly<Record<string, unknown>> & { readonly kind: string };

export interface FerryRun {
  readonly code: number;
  readonly lines: readonly JsonLine[];
  readonly stderr: string;
}

export interface FerryCommand {
  readonly args: readonly string[];
  /** The device: FERRY_HOME. */
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Show the command's own output in this terminal; then `lines` is empty. */
  readonly inherit?: boolean;
  /** Told once the process is there. */
  readonly onStart?: (pid: number) => void;
  readonly signal?: AbortSignal;
  /** Command and arguments that run Ferry, such as `ip netns exec NAME`. */
  readonly by?: readonly string[];
  /** Every line as it comes. */
  readonly onLine?: (line: JsonLine) => void;
}

/** Parses one line of `--json` output; null for anything else. */
export function parseJsonLine(line: string): JsonLine | null {
  if (!line.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    const isLine = typeof value === 'object' && value !== null && 'kind' in value;
    return isLine && typeof value.kind === 'string' ? (value as JsonLine) : null;
  } catch {
    return null;
  }
}

function spawnFerry(command: FerryCommand): ChildProcess {
  const [program = FERRY, ...rest] = [...(command.by ?? []), FERRY, ...command.args];
  const child = spawn(program, rest, {
    stdio: command.inherit === true ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FERRY_HOME: command.home, ...command.env },
  });
  const interrupt = (): void => void child.kill('SIGINT');
  command.signal?.addEventListener('abort', interrupt, { once: true });
  child.once('close', () => command.signal?.removeEventListener('abort', interrupt));
  if (child.pid !== undefined) command.onStart?.(child.pid);
  return child;
}

function tellLine(text: string, onLine: (line: JsonLine) => void): void {
  const line = parseJsonLine(text);
  if (line !== null) onLine(line);
}

/** Runs one command to its end. Rejects only when it could not be started. */
export async function runFerry(command: FerryCommand): Promise<FerryRun> {
  const child = spawnFerry(command);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
    if (command.onLine !== undefined) for (const line of part.split('\n')) tellLine(line, command.onLine);
  });
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = stdout.split('\n').map(parseJsonLine);
  return { code: code ?? 1, lines: lines.filter((line) => line !== null), stderr };
}

/** A `ferry serve` that runs. */
export interface ServingFerry {
  readonly pid: number;
  readonly deviceId: string;
  readonly name: string;
  readonly port: number;
  /** Address of its page, with a token that works once; null without `--web`. */
  readonly web: string | null;
  /** Ends it as Ctrl-C does, by force after 15 s; resolves to what it wrote to stderr. */
  stop(): Promise<string>;
}

function readReady(line: JsonLine): Pick<ServingFerry, 'deviceId' | 'name' | 'port' | 'web'> | null {
  const device = line['device'] as { id?: unknown; name?: unknown } | undefined;
  const port = line['port'];
  if (line.kind !== 'ready' || typeof device?.id !== 'string' || typeof port !== 'number') return null;
  const web = line['web'];
  return { deviceId: device.id, name: String(device.name), port, web: typeof web === 'string' ? web : null };
}

/** Starts `ferry serve --json` and waits until it is ready. Throws with its last words when it ends first. */
export async function startServe(command: FerryCommand): Promise<ServingFerry> {
  const child = spawnFerry({ ...command, args: ['serve', '--json', ...command.args] });
  const ended = once(child, 'close');
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  if (child.stdout === null) throw new Error('ferry serve has no output');

  let lastLine = '';
  for await (const line of createInterface({ input: child.stdout })) {
    lastLine = line;
    const parsed = parseJsonLine(line);
    const ready = parsed === null ? null : readReady(parsed);
    if (ready === null) continue;
    child.stdout.resume();
    return {
      pid: child.pid ?? 0,
      ...ready,
      stop: async () => {
        const force = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
        child.kill('SIGINT');
        await ended;
        clearTimeout(force);
        return stderr;
      },
    };
  }
  await ended;
  throw new Error(`ferry serve ended before it was ready: ${lastLine} ${stderr}`.trim());
}
