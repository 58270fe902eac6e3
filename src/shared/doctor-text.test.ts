import { expect, test } from 'vitest';
import { DOCTOR_CHECKS, DOCTOR_FINDINGS, type DoctorReport } from './doctor.ts';
import { DOCTOR_TEXT_KEYS, doctorText } from './doctor-text.ts';

function report(change: Partial<DoctorReport>): DoctorReport {
  return {
    check: 'peer',
    state: 'bad',
    finding: 'silent',
    subjects: ['desk', '192.168.1.2:3120', 'c'],
    failure: null,
    tookMs: 1,
    ...change,
  };
}

test('every finding is one sentence, and one action where something is to be done', () => {
  for (const check of DOCTOR_CHECKS) {
    for (const [finding, state] of Object.entries(DOCTOR_FINDINGS[check])) {
      const { sentence, action } = doctorText(report({ check, finding }));
      expect(sentence, `${check}.${finding}`).toMatch(/^[^\n{}]+\.$/);
      expect(action, `${check}.${finding}`).toMatch(state === 'ok' ? /^$/ : /^[^\n{}]+\.$/);
    }
  }
  expect(DOCTOR_TEXT_KEYS).toContain('client-isolation.isolated');
  expect(new Set(DOCTOR_TEXT_KEYS).size).toBe(DOCTOR_TEXT_KEYS.length);
});

test('what comes from another machine is escaped', () => {
  expect(doctorText(report({ subjects: ['a\u001b[2J', 'b\nc'] })).sentence).toContain(
    'a\\x1b[2J does not answer at b\\nc',
  );
});

test('a finding of a newer engine is told as it is', () => {
  expect(doctorText(report({ finding: 'constructor' }))).toEqual({
    sentence: 'peer: constructor (desk, 192.168.1.2:3120, c).',
    action: '',
  });
});
