import type { Reporter, TestCase } from 'vitest/node';

/** Names every test that passed only when it was tried again, so that none hides behind its second try. */
export class SecondTries implements Reporter {
  readonly #names: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const tries = test.diagnostic()?.retryCount ?? 0;
    if (tries > 0 && test.ok()) this.#names.push(`${test.module.relativeModuleId}: ${test.fullName}`);
  }

  onTestRunEnd(): void {
    for (const name of this.#names) console.log(`PASSED ONLY WHEN TRIED AGAIN: ${name}`);
  }
}
