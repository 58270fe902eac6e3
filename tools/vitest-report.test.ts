import { expect, test } from 'vitest';
import { readVitestReport } from './vitest-report.ts';

function report(
  statuses: Readonly<Record<string, string>>,
  file: { status?: string; message?: string } = {},
): unknown {
  const assertionResults = Object.entries(statuses).map(([title, status]) => ({
    ancestorTitles: ['outer'],
    title,
    status,
  }));
  return { testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults, ...file }] };
}

const onTc = [{ name: 'outer > needs tc', needs: ['tc'] as const, reason: 'slows links' }];
const hasNothing = (): boolean => false;
const hasAll = (): boolean => true;

test('passed and failed tests are counted', () => {
  const counts = readVitestReport(report({ a: 'passed', b: 'failed', c: 'passed' }), [], hasAll);
  expect(counts).toEqual({ passed: 2, skippedAsExpected: 0, failures: ['failed: a.test.ts > outer > b'] });
});

test.each(['skipped', 'todo', 'pending'])('a %s test that nobody expects is a failure', (status) => {
  const { failures } = readVitestReport(report({ a: 'passed', b: status }), [], hasNothing);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toContain('not on the list');
});

test('a skip is accepted exactly while its need is missing', () => {
  const skipped = report({ 'needs tc': 'skipped', b: 'passed' });
  expect(readVitestReport(skipped, onTc, hasNothing)).toEqual({
    passed: 1,
    skippedAsExpected: 1,
    failures: [],
  });
  expect(readVitestReport(skipped, onTc, hasAll).failures).toHaveLength(1);
});

test('a test that runs without what it needs is a failure', () => {
  const ran = report({ 'needs tc': 'passed' });
  expect(readVitestReport(ran, onTc, hasNothing).failures[0]).toContain('proves nothing');
  expect(readVitestReport(ran, onTc, hasAll)).toMatchObject({ passed: 1, failures: [] });
});

test('a whole describe may be on the list, and a name without a test is a failure', () => {
  const whole = [{ name: 'outer', needs: ['tc'] as const, reason: 'slows links' }];
  expect(readVitestReport(report({ a: 'skipped', b: 'skipped' }), whole, hasNothing)).toMatchObject({
    skippedAsExpected: 2,
    failures: [],
  });
  const stale = [{ name: 'gone', needs: ['tc'] as const, reason: 'was removed' }];
  expect(readVitestReport(report({ a: 'passed' }), stale, hasNothing).failures[0]).toContain('names no test');
});

test('a file that fails before its tests counts as one failure', () => {
  const broken = report({}, { status: 'failed', message: 'cannot find module' });
  expect(readVitestReport(broken, [], hasAll).failures).toEqual(['failed: a.test.ts: cannot find module']);
});

test('something else than a report is refused', () => {
  expect(() => readVitestReport({ hello: 1 }, [], hasAll)).toThrow();
});
