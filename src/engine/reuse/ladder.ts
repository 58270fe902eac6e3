import type { Ask } from './ask.ts';

/** One way to come by the content of a file without having all of it sent. */
export interface Rung<File> {
  /**
   * Takes a file over, or leaves it to the next rung (false). Of one that it took, it either brings the content
   * itself or calls `miss` once, at any time later: then the next rung is asked.
   */
  take(file: File, miss: () => void): boolean;
  /** Files that it took and that are neither here nor missed yet. */
  readonly pendingFiles: number;
  /** What it wants to ask the source next; null: nothing now. */
  nextAsk(): Ask | null;
  /** Ends what is under way: no call of `miss` any more. Resolves when no file is open. */
  close(): Promise<void>;
}

/**
 * How files that are not there come here: each goes to the first rung that takes it, in order, and what no
 * rung can bring is fetched block by block.
 */
export class Ladder<File> {
  readonly #rungs: readonly Rung<File>[];
  readonly #fetch: (file: File) => void;

  /** @param fetch the last rung: all of the file is sent. */
  constructor(rungs: readonly Rung<File>[], fetch: (file: File) => void) {
    this.#rungs = rungs;
    this.#fetch = fetch;
  }

  add(file: File): void {
    this.#next(file, 0);
  }

  #next(file: File, from: number): void {
    for (let at = from; at < this.#rungs.length; at++) {
      if (this.#rungs[at]?.take(file, () => this.#next(file, at + 1)) === true) return;
    }
    this.#fetch(file);
  }

  /** Files that are on their way, without those that are fetched. */
  get pendingFiles(): number {
    return this.#rungs.reduce((sum, rung) => sum + rung.pendingFiles, 0);
  }

  nextAsk(): Ask | null {
    for (const rung of this.#rungs) {
      const ask = rung.nextAsk();
      if (ask !== null) return ask;
    }
    return null;
  }

  async close(): Promise<void> {
    await Promise.all(this.#rungs.map((rung) => rung.close()));
  }
}
