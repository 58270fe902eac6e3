import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from './project-files.ts';
import { findCommand } from './system-packages.ts';

/**
 * `node_modules/.bin/node tools/picture.ts`: runs the real demo in a pseudo terminal (`script` of
 * util-linux) and draws what it showed, once in the middle of the copy and once at the end, to
 * docs/picture.svg. Nothing is made up; only the project's own folder is shown as `~/ferry`.
 */

const COLUMNS = 100;
const OUTPUT = join(projectFolder, 'docs/picture.svg');
const SHOWN_FOLDER = '~/ferry';
/** The moment of the first screen, in percent copied. */
const MOMENT = 60;

const FONT_PX = 14;
const LINE_PX = 20;
/** Advance of common monospaced fonts, per pixel of size. */
const ADVANCE = 0.602;
const PADDING_PX = 18;
const TITLE_PX = 34;
const GAP_PX = 18;

interface Cell {
  readonly text: string;
  /** CSS class of its colour and weight; empty for plain text. */
  readonly style: string;
}

const STYLES: Readonly<Record<string, string>> = { 1: 'b', 2: 'd', 31: 'r', 32: 'g', 33: 'y', 36: 'c' };

/** As much of a terminal as the demo uses: lines, carriage return, clearing, cursor up, colours. */
class Screen {
  #lines: Cell[][] = [[]];
  #row = 0;
  #column = 0;
  #styles: string[] = [];

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: reading them is the purpose
    for (const [token] of text.matchAll(/\x1b\[[\d;?]*[A-Za-z]|[^]/gu)) this.#take(token);
  }

  #take(token: string): void {
    if (token === '\r') this.#column = 0;
    else if (token === '\n') this.#goTo(this.#row + 1);
    else if (token.length > 1 && token.startsWith('\x1b')) this.#command(token.slice(2, -1), token.at(-1));
    else if (token >= ' ') {
      this.#line()[this.#column] = { text: token, style: this.#styles.join(' ') };
      this.#column += 1;
    }
  }

  #command(parameters: string, kind: string | undefined): void {
    if (kind === 'A') this.#goTo(Math.max(0, this.#row - Number(parameters || 1)));
    else if (kind === 'K') this.#line().length = parameters === '2' ? 0 : this.#column;
    else if (kind === 'J') {
      this.#lines.length = this.#row + 1;
      this.#line().length = this.#column;
    } else if (kind === 'm') {
      for (const code of parameters.split(';')) {
        const style = STYLES[code];
        this.#styles = style === undefined ? [] : [...this.#styles, style];
      }
    }
  }

  #goTo(row: number): void {
    this.#row = row;
    while (this.#lines.length <= row) this.#lines.push([]);
  }

  #line(): Cell[] {
    return this.#lines[this.#row] as Cell[];
  }

  /** A copy of what can be seen, without empty lines at the end. */
  look(): Cell[][] {
    const shown = this.#lines.map((line) => Array.from(line, (cell) => cell ?? { text: ' ', style: '' }));
    while (shown.length > 0 && shown.at(-1)?.length === 0) shown.pop();
    return shown;
  }
}

function textOf(line: readonly Cell[]): string {
  return line.map(({ text }) => text).join('');
}

/** Runs the demo with a terminal of its own and returns every byte it wrote there. */
function record(): string {
  const script = findCommand('script');
  if (script === null) throw new Error('missing: script, of util-linux');
  const folder = mkdtempSync(join(tmpdir(), 'ferry-picture-'));
  try {
    const log = join(folder, 'terminal');
    const command = `stty cols ${COLUMNS} rows 40; exec "${process.execPath}" tools/demo.ts`;
    const run = spawnSync(script, ['-qec', command, log], { cwd: projectFolder, stdio: 'ignore' });
    if (run.error !== undefined) throw run.error;
    const text = readFileSync(log, 'utf8');
    if (run.status !== 0) throw new Error(`the demo ended with ${run.status}:\n${text}`);
    // The first and the last line are what `script` says itself.
    return text.slice(text.indexOf('\n') + 1, text.lastIndexOf('\nScript done'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The screen nearest to the moment, and the one at the end. */
function play(recording: string): { middle: Cell[][]; end: Cell[][] } {
  const screen = new Screen();
  let middle: Cell[][] = [];
  let distance = Number.POSITIVE_INFINITY;
  // Redrawn lines begin with a carriage return: between two of them the screen is whole.
  for (const part of recording.replaceAll(projectFolder, SHOWN_FOLDER).split(/(?=\r)/)) {
    screen.write(part);
    const shown = screen.look();
    const percent = Number(/^\s*(\d+)%.*\/s /.exec(textOf(shown.at(-1) ?? []))?.[1] ?? Number.NaN);
    if (!(Math.abs(percent - MOMENT) < distance)) continue;
    distance = Math.abs(percent - MOMENT);
    middle = shown;
  }
  if (middle.length === 0) throw new Error('the demo showed no progress');
  return { middle, end: screen.look() };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Neighbours of one style become one span. */
function drawLine(line: readonly Cell[], y: number): string {
  const spans: { text: string; style: string }[] = [];
  for (const cell of line) {
    const last = spans.at(-1);
    if (last !== undefined && last.style === cell.style) last.text += cell.text;
    else spans.push({ ...cell });
  }
  const body = spans.map(({ text, style }) =>
    style === '' ? escapeXml(text) : `<tspan class="${style}">${escapeXml(text)}</tspan>`,
  );
  return `<text x="${PADDING_PX}" y="${y}" xml:space="preserve">${body.join('')}</text>`;
}

function drawWindow(title: string, lines: readonly Cell[][], top: number, width: number): string[] {
  const height = heightOf(lines);
  const dots = [0, 1, 2].map((dot) => `<circle class="dot" cx="${20 + dot * 18}" cy="${top + 17}" r="5"/>`);
  const first = top + TITLE_PX + FONT_PX + 4;
  return [
    `<rect class="window" x="0.5" y="${top + 0.5}" width="${width - 1}" height="${height - 1}" rx="9"/>`,
    ...dots,
    `<text class="d" x="${width / 2}" y="${top + 22}" text-anchor="middle">${escapeXml(title)}</text>`,
    ...lines.map((line, index) => drawLine(line, first + index * LINE_PX)),
  ];
}

function heightOf(lines: readonly Cell[][]): number {
  return TITLE_PX + lines.length * LINE_PX + PADDING_PX;
}

const STYLE = `
text { font: ${FONT_PX}px ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328; white-space: pre }
.window { fill: #f6f8fa; stroke: #d0d7de } .dot { fill: #d0d7de }
.b { font-weight: bold } .d { fill: #656d76 } .r { fill: #cf222e } .g { fill: #1a7f37 } .y { fill: #9a6700 } .c { fill: #1b7c83 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .window { fill: #0d1117; stroke: #30363d } .dot { fill: #30363d }
.d { fill: #8b949e } .r { fill: #ff7b72 } .g { fill: #3fb950 } .y { fill: #d29922 } .c { fill: #39c5cf }
}`;

function draw(middle: Cell[][], end: Cell[][]): string {
  const columns = Math.max(...[...middle, ...end].map((line) => line.length));
  const width = Math.ceil(columns * FONT_PX * ADVANCE) + 2 * PADDING_PX;
  const second = heightOf(middle) + GAP_PX;
  const height = second + heightOf(end);
  const label = [...middle, ...end].map(textOf).join('\n').replace(/\s+/g, ' ').trim();
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(label).replaceAll('"', '&quot;')}">`,
    `<style>${STYLE}\n</style>`,
    ...drawWindow('npm run demo: while it copies', middle, 0, width),
    ...drawWindow('npm run demo: when it is done', end, second, width),
    '</svg>',
  ].join('\n')}\n`;
}

const { middle, end } = play(record());
writeFileSync(OUTPUT, draw(middle, end));
console.log(`drawn: ${OUTPUT.replace(projectFolder, SHOWN_FOLDER)}`);
