import type { ConflictQuestion, WaitingFor } from '../../shared/job.ts';
import type { PullReport } from './pull-order.ts';

/** Tells what changes in a pull, and nothing twice. */
export class PullNews {
  readonly #report: PullReport;
  #state = '';
  #question = '';

  constructor(report: PullReport) {
    this.#report = report;
  }

  /** The question is told first, so that who hears of a wait for an answer knows what is asked. */
  tell(
    moving: 'running' | 'finishing',
    waitingFor: WaitingFor | null,
    question: () => ConflictQuestion | null,
  ): void {
    const state = waitingFor ?? moving;
    if (state === this.#state) return;
    this.#state = state;
    this.question(question());
    this.#report.state(waitingFor === null ? moving : 'waiting', waitingFor);
  }

  question(question: ConflictQuestion | null): void {
    const told = question === null ? '' : `${question.count} ${question.complete}`;
    if (told === this.#question) return;
    this.#question = told;
    this.#report.question(question);
  }

  /** @param isAll whether everything else that was told before is gone. */
  parts(paths: readonly Buffer[], isAll = false): void {
    this.#report.parts(
      paths.map((path) => path.toString('utf8')),
      isAll,
    );
  }
}
