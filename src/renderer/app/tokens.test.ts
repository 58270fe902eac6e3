import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contrastOf, distanceOf, type Rgb, rgbOf, SIGHTS, seenBy } from './testing/colours.ts';

/** Every colour of tokens.css, measured: what the palette promises. */

const CSS = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

type Tokens = Readonly<Record<string, string>>;

function blockOf(selector: string): Tokens {
  const start = CSS.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`tokens.css has no ${selector}`);
  const body = CSS.slice(start, CSS.indexOf('}', start));
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]),
  );
}

const light = blockOf(':root');
const dark = { ...light, ...blockOf(":root[data-theme='dark']") };
const THEMES: Readonly<Record<string, Tokens>> = {
  light,
  dark,
  'light, high contrast': { ...light, ...blockOf(":root[data-contrast='more']") },
  'dark, high contrast': {
    ...dark,
    ...blockOf(":root[data-contrast='more']"),
    ...blockOf(":root[data-theme='dark'][data-contrast='more']"),
  },
};

const GROUNDS = ['bg', 'surface', 'sunken', 'raised', 'selected'] as const;
const TEXT_LEAST = 4.5;
const SHAPE_LEAST = 3;
const HIGH_LEAST = 7;
const STREAM_DISTANCE = 0.1;
const STREAMS = Array.from({ length: 8 }, (_, index) => `stream-${index + 1}`);

function colour(tokens: Tokens, name: string): Rgb {
  const hex = tokens[name];
  if (hex === undefined) throw new Error(`no token --${name}`);
  return rgbOf(hex);
}

describe.each(Object.entries(THEMES))('%s', (theme, tokens) => {
  const isHigh = theme.includes('high');
  const contrast = (one: string, other: string) => contrastOf(colour(tokens, one), colour(tokens, other));

  test.each(['text', 'text-2', 'text-3', 'accent'])('%s is read on every ground', (text) => {
    for (const ground of GROUNDS) {
      expect(contrast(text, ground), ground).toBeGreaterThanOrEqual(isHigh ? HIGH_LEAST : TEXT_LEAST);
    }
  });

  test.each(['ok', 'wait', 'bad'])('%s is read on every ground and its own tint', (status) => {
    for (const ground of [...GROUNDS, `${status}-tint`]) {
      expect(contrast(status, ground), ground).toBeGreaterThanOrEqual(isHigh ? HIGH_LEAST : TEXT_LEAST);
    }
  });

  test('text on what is pressable is read', () => {
    expect(contrast('on-accent', 'accent')).toBeGreaterThanOrEqual(isHigh ? HIGH_LEAST : TEXT_LEAST);
  });

  test('edges of controls stand out from every ground', () => {
    for (const ground of GROUNDS) {
      expect(contrast('edge', ground), ground).toBeGreaterThanOrEqual(SHAPE_LEAST);
    }
  });

  test('bars stand out from their track', () => {
    for (const bar of ['accent', 'text-3', 'bad']) {
      expect(contrast(bar, 'line'), bar).toBeGreaterThanOrEqual(SHAPE_LEAST);
    }
  });
});

describe.each(['light', 'dark'])('connections, %s', (theme) => {
  const tokens = THEMES[theme] as Tokens;

  test.each(STREAMS)('%s stands out from the ground of charts', (stream) => {
    const contrast = contrastOf(colour(tokens, stream), colour(tokens, 'surface'));
    expect(contrast).toBeGreaterThanOrEqual(SHAPE_LEAST);
  });

  test.each(SIGHTS)('are told apart with %s sight', (sight) => {
    STREAMS.forEach((one, index) => {
      for (const other of STREAMS.slice(index + 1)) {
        const distance = distanceOf(seenBy(sight, colour(tokens, one)), seenBy(sight, colour(tokens, other)));
        expect(distance, `${one} and ${other}`).toBeGreaterThanOrEqual(STREAM_DISTANCE);
      }
    });
  });
});
