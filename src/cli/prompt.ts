import { createInterface, type Interface } from 'node:readline';
import { Failure } from '../shared/failure.ts';
import type { Context } from './context.ts';

/** Nothing that is asked here is longer; a pipe that never ends a line must not fill memory. */
const MAX_ANSWER_BYTES = 4_096;

/** Reads answers from stdin, one line each. Its owner closes it. */
export class Prompt {
  readonly #context: Context;
  readonly #lines: string[] = [];
  readonly #interface: Interface;
  #wake: () => void = () => undefined;
  #ended = false;

  constructor(context: Context) {
    this.#context = context;
    const { stdin } = context.terminal;
    this.#interface = createInterface({ input: stdin, terminal: false });
    this.#interface.on('line', (line) => {
      this.#lines.push(line.slice(0, MAX_ANSWER_BYTES));
      this.#wake();
    });
    this.#interface.once('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The next line, trimmed; null when stdin has ended. The question is shown only to a person. */
  async ask(question: string, signal: AbortSignal): Promise<string | null> {
    if (this.#context.terminal.stdin.isTTY === true) this.#context.terminal.stderr.write(question);
    for (;;) {
      if (signal.aborted) throw new Failure('cancelled');
      const line = this.#lines.shift();
      if (line !== undefined) return line.trim();
      if (this.#ended) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  close(): void {
    this.#interface.close();
    // else an open stdin keeps the process
    this.#context.terminal.stdin.pause();
  }
}

/**
 * A one-time code: FERRY_CODE, else a line of stdin or the answer to a prompt; never from the arguments,
 * which every user of the machine can read. Throws Failure('usage') when there is none.
 */
export async function readCode(context: Context): Promise<string> {
  const fromEnvironment = context.terminal.env['FERRY_CODE']?.trim() ?? '';
  if (fromEnvironment !== '') return fromEnvironment;
  const prompt = new Prompt(context);
  try {
    const code = await prompt.ask('Code: ', context.signal);
    if (code === null || code === '') {
      throw new Failure('usage', { reason: 'a code is needed: type it, pipe it in or set FERRY_CODE' });
    }
    return code;
  } finally {
    prompt.close();
  }
}
