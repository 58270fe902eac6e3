import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to its stdin, which is then closed; without it stdin is empty. */
  readonly input?: string;
}

export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const POLL_MS = 10;
const KILL_AFTER_MS = 5000;
/** Output that comes later than this after the end is not waited for. */
const LAST_OUTPUT_MS = 1000;
/** What is kept of each stream; a program that runs wild must not take the test down with it. */
const MAX_KEPT_CHARACTERS = 16 * 1024 * 1024;

/** A running command: its output so far, ways to wait for some of it, and its end. */
export class Program {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #stdout = '';
  #stderr = '';
  /** Resolves when it has ended and all of its output is here. Never rejects. */
  readonly ended: Promise<ProgramEnd>;

  constructor(command: string, args: readonly string[], { env, cwd, input }: ProgramOptions = {}) {
    this.name = [command, ...args].join(' ');
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdin.on('error', () => {
      // It ended without reading its input; its exit code says the rest.
    });
    child.stdin.end(input ?? '');
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout = (this.#stdout + text).slice(-MAX_KEPT_CHARACTERS);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_KEPT_CHARACTERS);
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#lines.push(line));
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#stderr += error.message;
        resolve({ code: null, signal: null });
      });
      child.once('close', (code, signal) => resolve({ code, signal }));
      // What it left behind may hold its output open for ever.
      child.once('exit', (code, signal) =>
        setTimeout(() => resolve({ code, signal }), LAST_OUTPUT_MS).unref(),
      );
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined;
  }

  /** How it ended: its code or signal; null while it runs. */
  get ending(): number | NodeJS.Signals | null {
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  /** The lines of stdout that are JSON objects. */
  get objects(): readonly Readonly<Record<string, unknown>>[] {
    return this.#lines.flatMap((line) => {
      try {
        const value: unknown = JSON.parse(line);
        return typeof value === 'object' && value !== null ? [value as Record<string, unknown>] : [];
      } catch {
        return [];
      }
    });
  }

  /** The first JSON object on stdout that has all of `fields`, from line `since` on. Throws after `withinMs`. */
  async waitFor(
    fields: Readonly<Record<string, unknown>>,
    withinMs = 60_000,
    since = 0,
  ): Promise<Readonly<Record<string, unknown>>> {
    const untilMs = Date.now() + withinMs;
    const fits = (object: Readonly<Record<string, unknown>>): boolean =>
      Object.entries(fields).every(([key, value]) => object[key] === value);
    for (;;) {
      const found = this.objects.slice(since).find(fits);
      if (found !== undefined) return found;
      if (Date.now() > untilMs || !this.isRunning) {
        const why = this.isRunning ? `not within ${withinMs} ms` : 'the program has ended';
        throw new Error(
          `${JSON.stringify(fields)} from '${this.name}': ${why}\n${this.#stdout}\n${this.#stderr}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Sends `signal` and waits for the end; SIGKILL follows after 5 s. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProgramEnd> {
    if (this.isRunning) this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }
}

/** Runs a command to its end. Throws, with what it said, unless it exits with 0. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options?: ProgramOptions,
): Promise<string> {
  const program = new Program(command, args, options);
  const { code, signal } = await program.ended;
  if (code !== 0)
    throw new Error(`'${program.name}' ended with ${code ?? signal}: ${program.stderr || program.stdout}`);
  return program.stdout;
}

/** Whether a process with this id runs; one that has ended and was never waited for does not. Linux only. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}
