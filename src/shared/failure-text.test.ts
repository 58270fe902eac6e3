import { expect, test } from 'vitest';
import { FAILURE_CODES, READ_BACK } from './failure.ts';
import { failureSentence, problemSentence } from './failure-text.ts';

test('every failure is one sentence or two on one line', () => {
  for (const code of FAILURE_CODES) {
    const text = failureSentence({ code });
    expect(text, code).toMatch(/^[^\n]+\.$/);
    expect(text, code).not.toContain('..');
  }
});

test('what, where, why, what to do', () => {
  expect(failureSentence({ code: 'no-permission', subject: '/srv/in', reason: 'EACCES' })).toBe(
    'no permission to write there: /srv/in (EACCES). Change its permissions or choose another folder.',
  );
});

test('usage speaks with its reason', () => {
  expect(failureSentence({ code: 'usage', reason: "unknown option '--foo'." })).toBe(
    "unknown option '--foo'. See `ferry --help`.",
  );
});

test('what comes from another machine is escaped', () => {
  expect(failureSentence({ code: 'exists', subject: 'a\u001b[2J\nb' })).toContain('a\\x1b[2J\\nb');
  expect(problemSentence({ code: 'unreadable', reason: '\u009b1m' })).toBe(
    'cannot be read (\\x9b1m). Check its permissions at the source.',
  );
});

test('what is found on the disk later is not said of the copying', () => {
  expect(problemSentence({ code: 'integrity' })).toContain('Nothing wrong was kept');
  expect(problemSentence({ code: 'integrity', reason: READ_BACK })).toMatch(
    /^what is on the disk is not what came\. /,
  );
  expect(problemSentence({ code: 'changed', reason: READ_BACK })).toBe('changed there since it came.');
  expect(problemSentence({ code: 'vanished', reason: READ_BACK })).toBe('not there any more.');
  expect(problemSentence({ code: 'io', reason: READ_BACK })).toContain('Check the disk.');
});
