import type { report as english } from '../en/report.ts';

export const report: Readonly<Record<keyof typeof english, string>> = {
  'report.title': 'Etwas hat nicht geklappt?',
  'report.what':
    'Das ist passiert, ohne Namen von Dateien, Geräten oder Personen und ohne Adressen. Nichts wird verschickt: Kopiere es und gib es dem, der dir hilft.',
  'report.text': 'Bericht',
  'report.copy': 'Bericht kopieren',
};
