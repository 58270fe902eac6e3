import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ByteName, fromText } from './byte-name.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { type ListingRecord, readPage, readRecord, writeRecord } from './listing-page.ts';
import { anyRecord } from './testing/arbitraries.ts';
import { expectSurvivesGarbage, expectSurvivesTruncation } from './testing/survives.ts';

const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });

function encode(...records: readonly ListingRecord[]): Buffer {
  const writer = new ByteWriter(1);
  for (const record of records) writeRecord(writer, record);
  return Buffer.from(writer.view());
}

function readOne(bytes: Buffer): ListingRecord {
  const reader = new ByteReader(bytes);
  const record = readRecord(reader);
  reader.end();
  return record;
}

const times = { mtimeSec: -1, mtimeNs: 999_999_999 };
const version = { size: 5, ...times, ctimeSec: 3, ctimeNs: 4 };
const name = fromText('name');
const samples: readonly ListingRecord[] = [
  { kind: 'enter', folder: 7 },
  { kind: 'folder', name, mode: 0o755, ...times },
  { kind: 'file', name, mode: 0o644, version, holeBytes: 4, group: 9 },
  { kind: 'link', name, target: '../else\xffwhere', ...times },
  { kind: 'problem', name, code: 'special-file', reason: 'fifo' },
];

test('pages round-trip', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 12 }), (records) => {
      expect(readPage(encode(...records))).toEqual(records);
    }),
  );
});

test.each(samples)('a cut or changed $kind is refused', (record) => {
  const whole = encode(record);
  expectSurvivesTruncation(readOne, whole, ['peer-misbehaved']);
  expectSurvivesGarbage(readOne, whole, ['peer-misbehaved']);
  expectSurvivesGarbage(readPage, encode(...samples, record), ['peer-misbehaved']);
});

test.each(['', '.', '..', 'a/b', '/', '\0', 'a\0'])('no record may carry the name %j', (unsafe) => {
  for (const record of samples) {
    if (record.kind === 'enter') continue;
    expect(() => readPage(encode({ ...record, name: unsafe as ByteName }))).toThrow(MISBEHAVED);
  }
});

test('a link target is bounded, and neither empty nor cut short by a NUL', () => {
  const link = (target: string): Buffer => encode({ kind: 'link', name, target, ...times });
  expect(readOne(link('t'.repeat(4096)))).toMatchObject({ target: 't'.repeat(4096) });
  for (const target of ['', 't'.repeat(4097), 'a\0b'])
    expect(() => readOne(link(target))).toThrow(MISBEHAVED);
});

test('setuid, setgid and sticky bits never get in', () => {
  expect(readOne(encode({ kind: 'folder', name, mode: 0o7777, ...times }))).toMatchObject({ mode: 0o777 });
  const file = { kind: 'file', name, mode: 0o6755, version, holeBytes: 0, group: 0 } as const;
  expect(readOne(encode(file))).toMatchObject({ mode: 0o755 });
});

test('a file never has more holes than bytes, and is not called sparse without any', () => {
  const file = { kind: 'file', name, mode: 0o644, version, group: 0 } as const;
  expect(readOne(encode({ ...file, holeBytes: version.size }))).toMatchObject({ holeBytes: version.size });
  expect(() => readOne(encode({ ...file, holeBytes: version.size + 1 }))).toThrow(MISBEHAVED);
  const none = encode({ ...file, holeBytes: 1 });
  none.writeUInt8(0, none.length - 1);
  expect(() => readOne(none)).toThrow(MISBEHAVED);
});

test('a second has no more than 999,999,999 nanoseconds', () => {
  expect(() => readOne(encode({ kind: 'folder', name, mode: 0, mtimeSec: 0, mtimeNs: 1e9 }))).toThrow(
    MISBEHAVED,
  );
});

test('a reason is a word, bounded, and can do nothing to a terminal', () => {
  const long = encode({ kind: 'problem', name, code: 'io', reason: 'x'.repeat(500) });
  expect(readOne(long)).toMatchObject({ reason: 'x'.repeat(64) });
  const forged = encode({ kind: 'problem', name, code: 'io', reason: '\u{1b}[2Jgone\n' });
  expect(readOne(forged)).toMatchObject({ reason: '2Jgone' });
});

test('a failure code travels by its name, and one of a later version still is a problem', () => {
  const bytes = encode({ kind: 'problem', name, code: 'io', reason: 'EIO' });
  expect(bytes).toEqual(Buffer.from('\x04\x04name\x02io\x03EIO', 'latin1'));
  bytes.write('ox', 7);
  expect(readOne(bytes)).toEqual({ kind: 'problem', name, code: 'unreadable', reason: 'EIO' });
});
