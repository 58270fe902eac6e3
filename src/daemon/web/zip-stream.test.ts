import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ZipEntry, zipStream } from './zip-stream.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-zip-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function* list(entries: readonly ZipEntry[]) {
  yield* entries;
}

async function* parts(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text);
}

function entry(name: string | Buffer, content: AsyncIterable<Buffer> | null, maxBytes: number): ZipEntry {
  const mode = content === null ? 0o040_755 : 0o100_644;
  return { name: Buffer.from(name as string), mode, mtimeMs: Date.UTC(2024, 5, 1, 12), maxBytes, content };
}

/** What a reader of somebody else's finds in it: name, size, CRC checked. */
function readByPython(path: string): { bad: string | null; entries: [string, number, number][] } {
  const script = `import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
print(json.dumps({'bad': z.testzip(), 'entries': [[i.filename, i.file_size, i.external_attr >> 16] for i in z.infolist()]}))`;
  const run = spawnSync('python3', ['-c', script, path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as ReturnType<typeof readByPython>;
}

async function write(entries: readonly ZipEntry[]): Promise<string> {
  const path = join(folder, 'a.zip');
  await pipeline(Readable.from(zipStream(list(entries))), createWriteStream(path));
  return path;
}

test('folders, empty files, parts, other scripts and the long form are read by another program', async () => {
  const long = 5 * 1024 ** 3;
  const path = await write([
    entry('a/', null, 0),
    entry('a/empty', parts(), 0),
    entry('a/Grüße 🚢.txt', parts('hello ', 'world'), 11),
    // announced as huge, so its sizes are written in the long form
    entry('a/long', parts('short'), long),
    { ...entry('a/old', parts('x'), 1), mtimeMs: 0 },
    { ...entry('a/link', parts('old'), 3), mode: 0o120_777 },
  ]);
  const { bad, entries } = readByPython(path);
  expect(bad).toBeNull();
  expect(entries).toEqual([
    ['a/', 0, 0o040_755],
    ['a/empty', 0, 0o100_644],
    ['a/Grüße 🚢.txt', 11, 0o100_644],
    ['a/long', 5, 0o100_644],
    ['a/old', 1, 0o100_644],
    ['a/link', 3, 0o120_777],
  ]);
});

test('more entries than the short form can count are read by another program', async () => {
  const many = Array.from({ length: 70_000 }, (_, index) => entry(`f${index}`, parts('x'), 1));
  const path = await write(many);
  const { bad, entries } = readByPython(path);
  expect(bad).toBeNull();
  expect(entries).toHaveLength(70_000);
  // that program counts for itself; others believe the record at the end: 56 + 20 + 22 bytes
  const end = (await readFile(path)).subarray(-98);
  expect([end.readUInt32LE(0), end.readBigUInt64LE(32)]).toEqual([0x0606_4b50, 70_000n]);
});

test('a name that is no UTF-8 keeps its bytes and does not say that it is', async () => {
  const name = Buffer.from([0x61, 0xff, 0x62]);
  const bytes = await readFile(await write([{ ...entry('', parts('x'), 1), name }]));
  expect(bytes.readUInt16LE(6) & (1 << 11)).toBe(0);
  expect(bytes.subarray(30, 33)).toEqual(name);
});
