import type { DoctorReport } from '../../../shared/doctor.ts';
import { type DoctorText, doctorText, fillDoctorText } from '../../../shared/doctor-text.ts';
import { momentText } from '../../format/numbers.ts';
import { DOCTOR_TEXTS_GERMAN } from '../../i18n/de/doctor-texts.ts';
import type { Language } from '../../i18n/translate.ts';

/** What a finding is about, as a person reads it: the clock tells its times as a machine does. */
function subjectsOf({ check, subjects }: DoctorReport, language: Language): readonly string[] {
  if (check !== 'clock') return subjects;
  return subjects.map((subject) => {
    const atMs = Date.parse(subject);
    return Number.isNaN(atMs) ? subject : momentText(atMs, language);
  });
}

/** What a report says to a person: the finding, and the one thing to do about it (empty: nothing). */
export function doctorPhrase(report: DoctorReport, language: Language): DoctorText {
  const german: Readonly<Record<string, DoctorText>> = DOCTOR_TEXTS_GERMAN[report.check];
  const text = Object.hasOwn(german, report.finding) ? german[report.finding] : undefined;
  const subjects = subjectsOf(report, language);
  if (language === 'en' || text === undefined) return doctorText({ ...report, subjects });
  return {
    sentence: fillDoctorText(text.sentence, subjects),
    action: fillDoctorText(text.action, subjects),
  };
}
