import type { DoctorReport } from '../../../shared/doctor.ts';
import { type DoctorText, doctorText, fillDoctorText } from '../../../shared/doctor-text.ts';
import { DOCTOR_TEXTS_GERMAN } from '../../i18n/de/doctor-texts.ts';
import type { Language } from '../../i18n/translate.ts';

/** What a report says to a person: the finding, and the one thing to do about it (empty: nothing). */
export function doctorPhrase(report: DoctorReport, language: Language): DoctorText {
  const german: Readonly<Record<string, DoctorText>> = DOCTOR_TEXTS_GERMAN[report.check];
  const text = Object.hasOwn(german, report.finding) ? german[report.finding] : undefined;
  if (language === 'en' || text === undefined) return doctorText(report);
  return {
    sentence: fillDoctorText(text.sentence, report.subjects),
    action: fillDoctorText(text.action, report.subjects),
  };
}
