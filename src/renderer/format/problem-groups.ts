import type { FailureCode } from '../../shared/failure.ts';
import type { Problem } from '../../shared/job.ts';
import type { PhraseKey } from '../i18n/catalogue.ts';

const REASONS = [
  'no-permission',
  'changed',
  'vanished',
  'io',
  'name-not-possible',
  'file-too-large',
  'special-file',
  'late-name',
  'integrity',
  'metadata-lost',
  'exists',
  'no-space',
  'other',
] as const;

/** Why entries did not come out as asked, as people think of it. */
export type ProblemReason = (typeof REASONS)[number];

const BY_CODE: Readonly<Partial<Record<FailureCode, ProblemReason>>> = {
  unreadable: 'no-permission',
  'name-too-long': 'name-not-possible',
  'kept-both': 'late-name',
  'over-quota': 'no-space',
  'no-inodes': 'no-space',
  'read-only': 'no-permission',
};

function isReason(code: string): code is ProblemReason {
  return (REASONS as readonly string[]).includes(code);
}

export function reasonOf(code: FailureCode): ProblemReason {
  return BY_CODE[code] ?? (isReason(code) ? code : 'other');
}

export function reasonKeys(reason: ProblemReason): { readonly title: PhraseKey; readonly fix: PhraseKey } {
  return { title: `problem.${reason}`, fix: `problem.${reason}Fix` };
}

/** A line of the list of problems: a reason with how many, or one entry below it. */
export type ProblemLine =
  | { readonly kind: 'reason'; readonly reason: ProblemReason; readonly count: number }
  | { readonly kind: 'entry'; readonly problem: Problem };

/** By reason, the most frequent first; entries in the order they came. */
export function problemLines(problems: readonly Problem[]): readonly ProblemLine[] {
  const groups = [...Map.groupBy(problems, ({ code }) => reasonOf(code))];
  groups.sort(([, one], [, other]) => other.length - one.length);
  return groups.flatMap(([reason, entries]) => [
    { kind: 'reason' as const, reason, count: entries.length },
    ...entries.map((problem) => ({ kind: 'entry' as const, problem })),
  ]);
}
