import type { DoctorReport, DoctorState } from '../shared/doctor.ts';
import { doctorText } from '../shared/doctor-text.ts';
import { formatCount } from '../shared/format.ts';
import type { JsonLine } from './lines.ts';
import type { Output } from './output.ts';

/** One check, as scripts rely on it. */
export function toCheckLine(report: DoctorReport): JsonLine {
  const { check, state, finding, subjects, failure, tookMs } = report;
  const { sentence, action } = doctorText(report);
  return {
    kind: 'check',
    check,
    state,
    finding,
    subjects,
    ...(failure === null ? {} : { code: failure.code, reason: failure.reason ?? null }),
    milliseconds: tookMs,
    message: sentence,
    action,
  };
}

const MARKS: Readonly<Record<DoctorState, readonly [mark: string, style: Parameters<Output['paint']>[0]]>> = {
  ok: ['ok', 'green'],
  warning: ['! ', 'yellow'],
  bad: ['x ', 'red'],
  unknown: ['? ', 'dim'],
};

const CHECK_WIDTH = 16;
const INDENT = ' '.repeat(4 + CHECK_WIDTH + 2);

/** One check for people: a mark, its name, what was found, and below it what to do. */
export function checkText(report: DoctorReport, output: Pick<Output, 'paint'>): string {
  const [mark, style] = MARKS[report.state];
  const { sentence, action } = doctorText(report);
  const time = report.check === 'peer' ? ` ${output.paint('dim', `(${formatCount(report.tookMs)} ms)`)}` : '';
  const line = `${output.paint(style, mark)}  ${report.check.padEnd(CHECK_WIDTH)}  ${sentence}${time}`;
  return action === '' ? line : `${line}\n${INDENT}${action}`;
}
