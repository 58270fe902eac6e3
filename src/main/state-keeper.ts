import { readFile } from 'node:fs/promises';
import { readShellState, type ShellState } from './window-state.ts';
import { writeWholeFile } from './write-whole-file.ts';

/** What the shell remembers, and its file. */
export class StateKeeper {
  readonly #path: string;
  #state: ShellState;
  #written: string;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, text: string | null) {
    this.#path = path;
    this.#state = readShellState(text);
    this.#written = text ?? '';
  }

  /** Reads the file; one that is not there or broken is as on the first start. */
  static async open(path: string): Promise<StateKeeper> {
    return new StateKeeper(path, await readFile(path, 'utf8').catch(() => null));
  }

  get state(): ShellState {
    return this.#state;
  }

  /** Changes what is remembered and writes it. Nothing depends on the file, so a disk that refuses is no failure. */
  change(change: Partial<ShellState>): void {
    this.#state = { ...this.#state, ...change };
    const text = `${JSON.stringify(this.#state, null, 2)}\n`;
    this.#writing = this.#writing.then(async () => {
      if (text === this.#written) return;
      await writeWholeFile(this.#path, text).catch(() => undefined);
      this.#written = text;
    });
  }

  /** Resolves when what was changed is on disk. */
  async settled(): Promise<void> {
    await this.#writing;
  }
}
