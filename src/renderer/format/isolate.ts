import { escapeText } from '../../shared/escape.ts';

/** First-strong isolate and its end: what is between them cannot turn the sentence around it. */
const OPEN = '\u2068';
const CLOSE = '\u2069';

/** Longest name inside a sentence; the whole of it is where it has a line of its own. */
const MAX_CHARACTERS = 40;

function shorten(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= MAX_CHARACTERS) return name;
  const half = (MAX_CHARACTERS - 1) / 2;
  return `${characters.slice(0, Math.ceil(half)).join('')}…${characters.slice(-Math.floor(half)).join('')}`;
}

/** A name from anywhere as part of a sentence: escaped, bounded, isolated. Shown by ui/phrase.tsx. */
export function isolate(name: string): string {
  return `${OPEN}${shorten(escapeText(name))}${CLOSE}`;
}

/** A sentence in pieces: those of odd index are names. */
export function splitIsolated(sentence: string): readonly string[] {
  return sentence.split(/[\u2068\u2069]/u);
}

/** A sentence without its isolates, for where only plain text goes. */
export function plainText(sentence: string): string {
  return splitIsolated(sentence).join('');
}
