import { randomBytes } from 'node:crypto';
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { fromText } from '../wire/byte-name.ts';
import { DiskSource } from './disk-source.ts';
import { Selection } from './selection.ts';
import { listAll, noTimer } from './testing/open-source.ts';

const content = randomBytes(10_000);

/** A source that gives bytes 1,000 to 2,999 of a file. */
function openPiece() {
  const path = join(makeTempFolder(), 'file');
  writeFileSync(path, content);
  const item = { parent: Buffer.from(dirname(path)), name: Buffer.from(basename(path)) };
  const range = { offset: 1_000, length: 2_000 };
  const source = new DiskSource(Selection.open([{ ...item, range }]), new Set());
  onTestFinished(() => source.close());
  const [, record] = listAll(source);
  if (record?.kind !== 'file') throw new Error('no file is listed');
  return { path, source, version: record.version };
}

const names = [fromText('file')];
const into = Buffer.alloc(16_000);

it('is listed and read as a file of its own', async () => {
  const { source, version } = openPiece();
  expect(version.size).toBe(2_000);
  const want = { path: names, version, offset: 500, length: 1_500 };
  expect(source.readBlock(want, into, noTimer)).toEqual({ status: 'ok', length: 1_500 });
  expect(into.subarray(0, 1_500).equals(content.subarray(1_500, 3_000))).toBe(true);
  const group = { folder: [], files: [{ name: fromText('file'), version }] };
  expect(source.readRun([group], into, noTimer)).toMatchObject({ length: 2_000 });
  expect(into.subarray(0, 2_000).equals(content.subarray(1_000, 3_000))).toBe(true);
  expect(
    await source.hashFile({ path: names, version }, noTimer, new AbortController().signal),
  ).toHaveProperty('hash');
});

it('and nothing else of the file is, whatever is asked for', () => {
  const { source, version } = openPiece();
  const whole = { ...version, size: content.length };
  const changed = { status: 'changed', version: { size: 2_000 } };
  const want = { path: names, version: whole, offset: 4_000, length: 1_000 };
  expect(source.readBlock(want, into, noTimer)).toMatchObject(changed);
  const group = { folder: [], files: [{ name: fromText('file'), version: whole }] };
  expect(source.readRun([group], into, noTimer)).toMatchObject({ length: 0, outcomes: [changed] });
  expect(source.look(names)).toBe(null);
});

it('is another version when the file changes, and too short when it is cut', () => {
  const { path, source, version } = openPiece();
  const want = { path: names, version, offset: 0, length: 2_000 };
  appendFileSync(path, 'more');
  expect(source.readBlock(want, into, noTimer)).toMatchObject({
    status: 'changed',
    version: { size: 2_000 },
  });
  truncateSync(path, 2_500);
  expect(source.readBlock(want, into, noTimer)).toMatchObject({
    status: 'changed',
    version: { size: 1_500 },
  });
  expect(listAll(source)[1]).toMatchObject({ kind: 'problem', code: 'changed' });
});
