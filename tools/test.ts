import { runVitest } from './run-vitest.ts';
import { printOutcome, runStaticChecks } from './static-checks.ts';
import { ensurePackages } from './system-packages.ts';

/** `npm test`: everything that guards the project. Ends with a line `N passed, N failed`. */
const startMs = performance.now();
const advice = await ensurePackages('test');
const outcomes = [{ name: 'system packages', problem: advice, seconds: 0 }, ...(await runStaticChecks())];
for (const outcome of outcomes) printOutcome(outcome);
const badChecks = outcomes.filter((one) => one.problem !== null);

const tests = await runVitest();
for (const check of badChecks) console.log(`FAIL ${check.name}, see above`);
for (const line of tests.failures) console.log(`FAIL ${line}`);
if (tests.passed === 0) console.log('FAIL no test passed');
if (tests.skippedAsExpected > 0) {
  console.log(`${tests.skippedAsExpected} skipped as e2e/expected-skips.ts expects here`);
}

const passed = outcomes.length - badChecks.length + tests.passed;
const failed = badChecks.length + tests.failures.length;
console.log(`${((performance.now() - startMs) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && tests.passed > 0 ? 0 : 1;
