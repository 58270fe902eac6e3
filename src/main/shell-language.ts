import type { SettingsView } from '../shared/settings.ts';

/** A language that the catalogue has. */
export type Language = 'en' | 'de';

/** The chosen language, or the first of the system's that the catalogue has. */
export function pickLanguage(chosen: SettingsView['language'], systemLocales: readonly string[]): Language {
  if (chosen !== 'system') return chosen;
  const known = systemLocales.map((locale) => locale.slice(0, 2).toLowerCase());
  const first = known.find((language) => language === 'de' || language === 'en');
  return first === 'de' ? 'de' : 'en';
}
