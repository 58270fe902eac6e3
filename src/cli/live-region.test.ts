import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LiveRegion } from './live-region.ts';

/** As much of a terminal as the region uses: what is on it, line by line. */
class TinyScreen {
  lines: string[] = [''];
  #row = 0;

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own
    for (const [token] of text.matchAll(/\u001b\[\d*[A-Z]|\r|\n|[^\u001b\r\n]+/g)) this.#apply(token);
  }

  #apply(token: string): void {
    if (token === '\r') return;
    if (token === '\n') {
      this.#row += 1;
      this.lines[this.#row] ??= '';
    } else if (token === '\u001b[2K') this.lines[this.#row] = '';
    else if (token === '\u001b[J') {
      this.lines.length = this.#row + 1;
      this.lines[this.#row] = '';
    } else if (token.startsWith('\u001b[')) this.#row -= Number.parseInt(token.slice(2), 10);
    else this.lines[this.#row] = token;
  }
}

const word = fc.stringMatching(/^[a-z]{1,6}$/);

test('whatever happens, the screen shows what was printed and then the last drawn lines', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.record({ draw: fc.array(word, { maxLength: 4 }) }), fc.record({ print: word }))),
      (steps) => {
        const screen = new TinyScreen();
        const region = new LiveRegion((text) => screen.write(text));
        const printed: string[] = [];
        let drawn: readonly string[] = [];
        for (const step of steps) {
          if ('draw' in step) {
            region.draw(step.draw);
            drawn = step.draw;
          } else {
            region.printAbove(`${step.print}\n`);
            printed.push(step.print);
          }
        }
        expect(screen.lines.filter((line) => line !== '')).toEqual([...printed, ...drawn]);
      },
    ),
  );
});
