import { expect, test } from 'vitest';
import { fakeJob, fakeResult } from '../bridge/testing/fake-values.ts';
import { resultLines } from './result-text.ts';

test('done', () => {
  expect(resultLines(fakeJob({ state: 'done', result: fakeResult() }), '', false)).toMatchInlineSnapshot(`
    [
      "Done: 10 files, 2 folders, 1 link, 1.0 MB in 0.5 sec (2.0 MB/s). What moved was verified.",
    ]
  `);
});

test('reuse is told in plain words', () => {
  const result = fakeResult({
    bytes: 12e9,
    reusedBytes: 11e9,
    clonedBytes: 6e8,
    unchanged: 3,
    folders: 0,
    links: 0,
  });
  expect(resultLines(fakeJob({ state: 'done', result }), 'brave heron', false)).toMatchInlineSnapshot(`
    [
      "brave heron: Done: 10 files, 12.0 GB in 0.5 sec (24.0 GB/s). What moved was verified. 3 files were already there. Sent 400 MB of 12.0 GB, the rest was already there.",
    ]
  `);
});

test('problems are listed, escaped, and not without end', () => {
  const problems = Array.from({ length: 30 }, (_, index) => ({
    path: `a\n${index}`,
    code: 'unreadable' as const,
  }));
  const result = fakeResult({ state: 'partial', problems, problemCount: 45 });
  const lines = resultLines(fakeJob({ state: 'partial', result }), '', false);
  expect(lines).toHaveLength(1 + 1 + 20 + 1);
  expect(lines[1]).toBe('45 entries need a look:');
  expect(lines[2]).toBe('  a\\n0: cannot be read. Check its permissions at the source.');
  expect(lines.at(-1)).toContain('and 25 more');
});

test('what was there already is not called fast, nor verified', () => {
  const result = fakeResult({ unchanged: 10, seconds: 0.2 });
  expect(resultLines(fakeJob({ state: 'done', result }), '', false)).toEqual([
    'Done: 10 files, 2 folders, 1 link, 1.0 MB in 0.2 sec. 10 files were already there.',
  ]);
});

test('a dry run never says done', () => {
  expect(resultLines(fakeJob({ state: 'done', result: fakeResult() }), '', true)).toEqual([
    'Dry run: 10 files, 2 folders, 1 link, 1.0 MB asked for. Nothing was moved.',
  ]);
});

test('what a failed job left is named', () => {
  const job = fakeJob({
    state: 'failed',
    result: fakeResult({ state: 'failed', verified: false }),
    parts: ['/in/x'],
  });
  expect(resultLines(job, '', false)).toEqual([
    'Failed: 10 files, 2 folders, 1 link, 1.0 MB asked for.',
    '1 part of it kept here: /in/x',
  ]);
});
