import type { AnswerPolicy } from '../shared/engine-api.ts';
import { escapeText } from '../shared/escape.ts';
import { formatCount } from '../shared/format.ts';
import type { ConflictQuestion } from '../shared/job.ts';
import type { Context } from './context.ts';
import { Prompt } from './prompt.ts';

/** Names that are shown with the question. */
const SHOWN_NAMES = 5;

const ANSWERS: Readonly<Record<string, AnswerPolicy>> = {
  k: 'keep-both',
  'keep both': 'keep-both',
  'keep-both': 'keep-both',
  r: 'replace',
  replace: 'replace',
  n: 'newer',
  newer: 'newer',
  s: 'skip',
  skip: 'skip',
};

/** Whether a person is there who can be asked. */
export function canAsk({ output, terminal }: Context): boolean {
  return output.interactive && terminal.stdin.isTTY === true;
}

/** What is asked, as lines. Names come from another machine and are escaped. */
function conflictLines({ count, complete, clashes }: ConflictQuestion): string[] {
  const names = clashes.slice(0, SHOWN_NAMES).map(({ path }) => `  ${escapeText(path)}`);
  const atLeast = complete ? '' : 'at least ';
  const more = count > names.length ? [`  and ${formatCount(count - names.length)} more`] : [];
  const what = count === 1 ? 'name is' : 'names are';
  return [`${atLeast}${formatCount(count)} ${what} taken by something else here:`, ...names, ...more];
}

/**
 * Asks once for a whole job. Where nobody answers any more both are kept, since nothing is lost by that.
 * Throws Failure('cancelled') when `signal` aborts.
 */
export async function askConflicts(
  context: Context,
  question: ConflictQuestion,
  signal: AbortSignal,
): Promise<AnswerPolicy> {
  context.output.note(conflictLines(question).join('\n'));
  const prompt = new Prompt(context);
  try {
    for (;;) {
      const text = '[k]eep both, [r]eplace, [n]ewer replaces older, [s]kip? ';
      const answer = await prompt.ask(text, signal);
      if (answer === null) return 'keep-both';
      const policy = ANSWERS[answer.toLowerCase()];
      if (policy !== undefined) return policy;
    }
  } finally {
    prompt.close();
  }
}
