import { z } from 'zod';
import type { ExpectedSkip, Need } from '../e2e/expected-skips.ts';

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
});

export interface TestCounts {
  readonly passed: number;
  readonly skippedAsExpected: number;
  /** One line each; a failed file without a failed test counts once. */
  readonly failures: readonly string[];
}

interface OneTest {
  readonly names: readonly string[];
  readonly label: string;
  readonly status: string;
}

/** An entry of the list names a suite or a test, alone or with its whole path joined by ` > `. */
function toTest(file: string, ancestors: readonly string[], title: string, status: string): OneTest {
  const path = [...ancestors, title];
  const prefixes = path.map((_, index) => path.slice(0, index + 1).join(' > '));
  return { names: [title, ...ancestors, ...prefixes], label: `${file} > ${path.join(' > ')}`, status };
}

/**
 * Counts what vitest reports as JSON. A test may only be skipped when `expectedSkips` names it and what it
 * needs is missing (`hasNeeds`); then it must be skipped; and a name on the list that no test has is a
 * failure as well, so that the list cannot rot. Throws when `json` is not a report.
 */
export function readVitestReport(
  json: unknown,
  expectedSkips: readonly ExpectedSkip[],
  hasNeeds: (needs: readonly Need[]) => boolean,
): TestCounts {
  const { testResults } = reportSchema.parse(json);
  const tests = testResults.flatMap((file) =>
    file.assertionResults.map((one) => toTest(file.name, one.ancestorTitles, one.title, one.status)),
  );
  const failures: string[] = [];
  let passed = 0;
  let skippedAsExpected = 0;

  for (const test of tests) {
    const expected = expectedSkips.find((skip) => test.names.includes(skip.name));
    const mustSkip = expected !== undefined && !hasNeeds(expected.needs);
    if (test.status === 'failed') failures.push(`failed: ${test.label}`);
    else if (test.status === 'passed') {
      if (mustSkip)
        failures.push(`ran without '${expected.needs.join(', ')}', so it proves nothing: ${test.label}`);
      else passed += 1;
    } else if (mustSkip) skippedAsExpected += 1;
    else failures.push(`${test.status}, which is not on the list of expected skips: ${test.label}`);
  }
  for (const skip of expectedSkips) {
    const isKnown = tests.some((test) => test.names.includes(skip.name));
    if (!isKnown) failures.push(`expected skip names no test: ${skip.name}`);
  }
  for (const file of testResults) {
    const ownFailure = file.assertionResults.some((one) => one.status === 'failed');
    if (file.status === 'failed' && !ownFailure) failures.push(`failed: ${file.name}: ${file.message ?? ''}`);
  }
  return { passed, skippedAsExpected, failures };
}
