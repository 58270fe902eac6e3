import { SHELL_ENGLISH, SHELL_GERMAN, type ShellTextKey } from '../shared/shell-text.ts';
import type { Language } from './shell-language.ts';

/** A key without its plural form. */
type Stem<Key extends string> = Key extends `${infer Base}_one` | `${infer Base}_other` ? Base : Key;

export type ShellPhrase = Stem<ShellTextKey>;

/** A phrase of the shell in its language; `count` picks the plural form. */
export type ShellTranslate = (key: ShellPhrase, values?: Readonly<Record<string, string | number>>) => string;

/** The shell's phrases in `language`. */
export function createShellTranslate(language: Language): ShellTranslate {
  const texts: Readonly<Record<string, string>> = language === 'de' ? SHELL_GERMAN : SHELL_ENGLISH;
  const plural = new Intl.PluralRules(language);
  return (key, values = {}) => {
    const { count } = values;
    const form = typeof count === 'number' ? `${key}_${plural.select(count)}` : key;
    const text = texts[form] ?? texts[key] ?? key;
    return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}
