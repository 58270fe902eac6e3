import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXPECTED_SKIPS } from '../e2e/expected-skips.ts';
import { hasNeeds } from './needs.ts';
import { projectFolder } from './project-files.ts';
import { printOutcome, runStaticChecks } from './static-checks.ts';
import { ensurePackages } from './system-packages.ts';
import { readVitestReport, type TestCounts } from './vitest-report.ts';

/** `npm test`: everything that guards the project. Ends with a line `N passed, N failed`. */

async function runVitest(): Promise<TestCounts> {
  const folder = mkdtempSync(join(tmpdir(), 'ferry-test-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = join(projectFolder, 'node_modules/vitest/vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const child = spawn(process.execPath, [vitest, 'run', ...reporters], {
      cwd: projectFolder,
      stdio: 'inherit',
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (!existsSync(report)) return { passed: 0, skippedAsExpected: 0, failures: ['vitest gave no report'] };
    const json: unknown = JSON.parse(readFileSync(report, 'utf8'));
    const counts = readVitestReport(json, EXPECTED_SKIPS, hasNeeds);
    if (code === 0 || counts.failures.length > 0) return counts;
    // Every test passed and vitest still objects: an error outside of any test.
    return { ...counts, failures: [`vitest ended with ${code}, see above`] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const startMs = performance.now();
const advice = await ensurePackages('test');
const outcomes = [{ name: 'system packages', problem: advice, seconds: 0 }, ...(await runStaticChecks())];
for (const outcome of outcomes) printOutcome(outcome);
const badChecks = outcomes.filter((one) => one.problem !== null).length;

const tests = await runVitest();
for (const line of tests.failures) console.log(`FAIL ${line}`);
if (tests.passed === 0) console.log('FAIL no test passed');
if (tests.skippedAsExpected > 0) {
  console.log(`${tests.skippedAsExpected} skipped as e2e/expected-skips.ts expects here`);
}

const passed = outcomes.length - badChecks + tests.passed;
const failed = badChecks + tests.failures.length;
console.log(`${((performance.now() - startMs) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && tests.passed > 0 ? 0 : 1;
