import i18next from 'i18next';
import { useSyncExternalStore } from 'react';
import { ENGLISH, GERMAN, type PhraseKey } from './catalogue.ts';

export type Language = 'en' | 'de';

type Values = Readonly<Record<string, string | number>>;

/** A phrase in the language of the app. `count` picks its plural form. */
export type Translate = (key: PhraseKey, values?: Values) => string;

const instance = i18next.createInstance();
const listeners = new Set<() => void>();
let version = 0;

/** Loads both catalogues; they are small and a switch must not wait. */
export async function startTranslation(language: Language): Promise<void> {
  await instance.init({
    lng: language,
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    resources: { en: { translation: ENGLISH }, de: { translation: GERMAN } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  // Tests of words have no page.
  if (typeof document !== 'undefined') document.documentElement.lang = language;
}

/** Switches at once; everything that uses {@link useTranslate} renders anew. */
export async function changeLanguage(language: Language): Promise<void> {
  if (instance.language === language) return;
  await instance.changeLanguage(language);
  document.documentElement.lang = language;
  version += 1;
  for (const listener of listeners) listener();
}

export function currentLanguage(): Language {
  return instance.language === 'de' ? 'de' : 'en';
}

export const translate: Translate = (key, values) => instance.t(key, { ...values });

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The translation, and a render when the language changes. */
export function useTranslate(): Translate {
  useSyncExternalStore(subscribe, () => version);
  return translate;
}

/** The language, and a render when it changes. */
export function useLanguage(): Language {
  useSyncExternalStore(subscribe, () => version);
  return currentLanguage();
}
