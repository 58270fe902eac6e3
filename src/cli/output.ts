import { styleText } from 'node:util';
import { toJsonLine } from '../shared/escape.ts';
import type { Failure } from '../shared/failure.ts';
import { failureSentence } from '../shared/failure-text.ts';
import { type JsonLine, toErrorLine } from './lines.ts';
import { LiveRegion } from './live-region.ts';
import { tableLines } from './table.ts';
import type { Terminal } from './terminal.ts';

const DEFAULT_COLUMNS = 80;

/** Where a command says things: JSON lines for scripts, or text and a live region for people. */
export class Output {
  readonly json: boolean;
  /** A person watches: text, on a terminal. */
  readonly interactive: boolean;
  readonly #verbose: boolean;
  readonly #terminal: Terminal;
  readonly #region: LiveRegion;
  readonly #colour: boolean;

  constructor(terminal: Terminal, json: boolean, verbose: boolean) {
    this.json = json;
    this.#verbose = verbose;
    this.#terminal = terminal;
    this.interactive = !json && terminal.stdout.isTTY === true;
    // https://no-color.org: any value that is not empty
    this.#colour = this.interactive && (terminal.env['NO_COLOR'] ?? '') === '';
    this.#region = new LiveRegion((text) => this.#write(text));
  }

  get columns(): number {
    return this.#terminal.stdout.columns ?? DEFAULT_COLUMNS;
  }

  /** `text` in a colour or weight, where the terminal shows them. */
  paint(style: Parameters<typeof styleText>[0], text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text;
  }

  /** One fact: `line` for scripts, `text` for people (null: nothing for them). */
  fact(line: JsonLine, text: string | null): void {
    if (this.json) this.#write(`${toJsonLine(line)}\n`);
    else if (text !== null) this.text(text);
  }

  /** Many facts of one kind in one piece: `toRow` is what people see of each, as columns. */
  facts<Fact>(
    facts: readonly Fact[],
    toLine: (fact: Fact) => JsonLine,
    toRow: (fact: Fact) => string[],
  ): void {
    if (facts.length === 0) return;
    if (this.json) this.#write(facts.map((fact) => `${toJsonLine(toLine(fact))}\n`).join(''));
    else this.text(tableLines(facts.map(toRow)).join('\n'));
  }

  /** For people only. Whatever came from another machine must be escaped already. */
  text(text: string): void {
    if (!this.json) this.#region.printAbove(`${text}\n`);
  }

  /** For people, beside the output proper: questions and hints. */
  note(text: string): void {
    this.#region.clear();
    this.#terminal.stderr.write(`${text}\n`);
  }

  /** Lines that are redrawn in place; only where a person watches. */
  live(lines: readonly string[]): void {
    if (this.interactive) this.#region.draw(lines);
  }

  /** One line on stderr, and the error line for scripts. */
  error(failure: Failure): void {
    if (this.json) this.#write(`${toJsonLine(toErrorLine(failure.toData()))}\n`);
    else this.note(`${this.paint('red', 'ferry:')} ${failureSentence(failure.toData())}`);
    if (this.#verbose) this.note(stackOf(failure));
  }

  #write(text: string): void {
    if (!this.#terminal.outputGone.aborted) this.#terminal.stdout.write(text);
  }
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
