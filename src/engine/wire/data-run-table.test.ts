import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { encodeOutcome, readOutcome, readOutcomes, writeOutcome } from './data-run-table.ts';
import { readVersion, VERSION_BYTES, writeVersion } from './data-version.ts';
import { anyOutcome, anyVersion } from './testing/arbitraries.ts';
import { expectSurvivesGarbage, expectSurvivesTruncation } from './testing/survives.ts';

const version = { size: 2 ** 52, mtimeSec: -(2 ** 40), mtimeNs: 1, ctimeSec: 2 ** 40, ctimeNs: 999_999_999 };

function readOne(bytes: Buffer) {
  const reader = new ByteReader(bytes);
  const outcome = readOutcome(reader);
  reader.end();
  return outcome;
}

test('versions round-trip, with times before 1970 and far from it', () => {
  fc.assert(
    fc.property(anyVersion, (sent) => {
      const writer = new ByteWriter(1);
      writeVersion(writer, sent);
      expect(writer.length).toBe(VERSION_BYTES);
      expect(readVersion(new ByteReader(writer.view()))).toEqual(sent);
    }),
  );
});

test('outcomes round-trip, one by one and as a table', () => {
  fc.assert(
    fc.property(fc.array(anyOutcome, { maxLength: 40 }), (sent) => {
      const writer = new ByteWriter(1);
      for (const outcome of sent) writeOutcome(writer, outcome);
      expect(readOutcomes(writer.view(), sent.length)).toEqual(sent);
      for (const outcome of sent) expect(readOne(encodeOutcome(outcome))).toEqual(outcome);
    }),
  );
});

test('a table of another count is refused', () => {
  const table = Buffer.concat([encodeOutcome({ status: 'hole' }), encodeOutcome({ status: 'vanished' })]);
  const misbehaved = expect.objectContaining({ code: 'peer-misbehaved' });
  expect(() => readOutcomes(table, 1)).toThrow(misbehaved);
  expect(() => readOutcomes(table, 3)).toThrow(misbehaved);
});

test.each([
  { status: 'ok', length: 7 },
  { status: 'changed', version, mode: 0o640 },
  { status: 'unreadable', reason: 'EACCES' },
  { status: 'hole' },
  { status: 'vanished' },
] as const)('a cut or changed outcome is refused: $status', (outcome) => {
  const whole = encodeOutcome(outcome);
  expectSurvivesTruncation(readOne, whole, ['peer-misbehaved']);
  expectSurvivesGarbage(readOne, whole, ['peer-misbehaved']);
});

test('what a source says of a mode or a reason cannot carry more than it may', () => {
  const setuid = encodeOutcome({ status: 'changed', version, mode: 0o7755 });
  expect(readOne(setuid)).toEqual({ status: 'changed', version, mode: 0o755 });
  const forged = encodeOutcome({ status: 'unreadable', reason: 'E\u{1b}[31m\nIO' });
  expect(readOne(forged)).toEqual({ status: 'unreadable', reason: 'E31IO' });
});

test('a size beyond what a number can hold is refused', () => {
  const bytes = Buffer.alloc(VERSION_BYTES, 0xff);
  expect(() => readVersion(new ByteReader(bytes))).toThrow(
    expect.objectContaining({ code: 'peer-misbehaved' }),
  );
});
