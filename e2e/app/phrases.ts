import { ENGLISH, GERMAN } from '../../src/renderer/i18n/catalogue.ts';

type Key = keyof typeof ENGLISH;

/** Words that say nothing by themselves, or are the same word in both languages. */
const MIN_LETTERS = 4;

const KEYS = Object.keys(ENGLISH) as readonly Key[];

function escapeForRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** A phrase as a pattern for a whole line: what is filled in may be anything. */
function patternOf(phrase: string): RegExp | null {
  const fixed = phrase.split(/\{\{\w+\}\}/);
  if (fixed.join('').replaceAll(/[^\p{L}]/gu, '').length < MIN_LETTERS) return null;
  return new RegExp(`^${fixed.map(escapeForRegExp).join('.+')}$`, 'u');
}

function patternsOf(
  phrases: Readonly<Record<Key, string>>,
  others: Readonly<Record<Key, string>>,
): readonly RegExp[] {
  const known = new Set(Object.values(others));
  return KEYS.filter((key) => !known.has(phrases[key]))
    .map((key) => patternOf(phrases[key]))
    .filter((pattern) => pattern !== null);
}

const FOREIGN = {
  en: patternsOf(GERMAN, ENGLISH),
  de: patternsOf(ENGLISH, GERMAN),
} as const;
const OWN = {
  en: patternsOf(ENGLISH, GERMAN),
  de: patternsOf(GERMAN, ENGLISH),
} as const;

/** Those of `lines` that are phrases of the other language. A line is made of phrases that are joined by ` · `. */
export function foreignPhrases(lines: readonly string[], language: 'en' | 'de'): readonly string[] {
  const parts = lines.flatMap((line) => line.split(' · ')).map((part) => part.trim());
  return parts.filter(
    (part) =>
      FOREIGN[language].some((pattern) => pattern.test(part)) &&
      !OWN[language].some((pattern) => pattern.test(part)),
  );
}

/** Keys of the catalogue that stand where their phrase should. */
export function rawKeys(lines: readonly string[]): readonly string[] {
  const groups = new Set(KEYS.map((key) => key.split('.')[0]));
  return lines.filter((line) =>
    [...line.matchAll(/\b([a-z]+)\.[a-z][\w.-]*/g)].some(
      ([word, group]) =>
        groups.has(group ?? '') && KEYS.some((key) => word.startsWith(key.split('_')[0] ?? key)),
    ),
  );
}
