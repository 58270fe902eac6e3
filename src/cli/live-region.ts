const CLEAR_LINE = '\u001b[2K';
const CLEAR_BELOW = '\u001b[J';

function cursorUp(lines: number): string {
  return lines === 0 ? '' : `\u001b[${lines}A`;
}

/** The last lines of a terminal, redrawn in place. Lines must be narrower than the terminal. */
export class LiveRegion {
  readonly #write: (text: string) => void;
  #drawn: readonly string[] = [];

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Replaces the region. The cursor stays at its start, so that nothing scrolls at the bottom. */
  draw(lines: readonly string[]): void {
    if (lines.length === 0) {
      this.clear();
      return;
    }
    const gone = this.#drawn.length > lines.length ? CLEAR_BELOW : '';
    const body = lines.map((line) => `\r${CLEAR_LINE}${line}`).join('\n');
    this.#write(`${gone}${body}\r${cursorUp(lines.length - 1)}`);
    this.#drawn = lines;
  }

  /** Removes the region from the screen. */
  clear(): void {
    if (this.#drawn.length > 0) this.#write(`\r${CLEAR_BELOW}`);
    this.#drawn = [];
  }

  /** Prints above the region, which stays the last thing on the screen. */
  printAbove(text: string): void {
    const lines = this.#drawn;
    this.clear();
    this.#write(text);
    if (lines.length > 0) this.draw(lines);
  }
}
