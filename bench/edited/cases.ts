import { closeSync, copyFileSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { createBigFile } from '../../tools/trees/big-file.ts';
import { createSeeded, type Seeded } from '../../tools/trees/seeded.ts';
import { createDatabase, updateRows } from './database.ts';
import type { EditedCase } from './edited-case.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const COPY_BYTES = 4 * MIB;

function seededBytes(seeded: Seeded, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  seeded.fill(bytes);
  return bytes;
}

/** Overwrites `count` places with `length` new bytes each, at multiples of `step`. */
function overwrite(
  path: string,
  bytes: number,
  edits: { count: number; length: number; step: number },
): void {
  const seeded = createSeeded('edits');
  const file = openSync(path, 'r+');
  for (let edit = 0; edit < edits.count; edit++) {
    const at = seeded.nextInt(Math.floor((bytes - edits.length) / edits.step)) * edits.step;
    writeSync(file, seededBytes(seeded, edits.length), 0, edits.length, at);
  }
  closeSync(file);
}

/** Writes the pieces of `from`, a range or new bytes each, one after the other. */
function assemble(from: string, to: string, pieces: readonly (Buffer | readonly [number, number])[]): void {
  const input = openSync(from, 'r');
  const output = openSync(to, 'w');
  const buffer = Buffer.alloc(COPY_BYTES);
  for (const piece of pieces) {
    if (Buffer.isBuffer(piece)) {
      writeSync(output, piece);
      continue;
    }
    for (let [at, end] = piece; at < end; at += COPY_BYTES) {
      const count = readSync(input, buffer, 0, Math.min(COPY_BYTES, end - at), at);
      writeSync(output, buffer, 0, count);
    }
  }
  closeSync(input);
  closeSync(output);
}

const half = ({ rsyncWireBytes }: { rsyncWireBytes: number }) => 0.5 * rsyncWireBytes;

const scattered: EditedCase = {
  name: 'scattered',
  describes: '1 GiB, 1,000 scattered edits of 100 bytes, one insertion, one deletion',
  bytes: GIB,
  create(oldPath, newPath, scale) {
    const bytes = GIB * scale;
    createBigFile(oldPath, bytes);
    const edited = `${newPath}.edited`;
    copyFileSync(oldPath, edited);
    overwrite(edited, bytes, { count: 1000 * scale, length: 100, step: 1 });
    const inserted = seededBytes(createSeeded('inserted'), 1234);
    const [third, twoThirds] = [Math.floor(bytes / 3), Math.floor((bytes * 2) / 3)];
    assemble(edited, newPath, [[0, third], inserted, [third, twoThirds], [twoThirds + 777, bytes]]);
    rmSync(edited);
  },
  wireBound: half,
  timeRatio: 1,
};

const image: EditedCase = {
  name: 'image',
  describes: 'an image of a machine of 1 GiB, 200 aligned writes of 4 KiB',
  bytes: GIB,
  create(oldPath, newPath, scale) {
    const bytes = GIB * scale;
    createBigFile(oldPath, bytes);
    copyFileSync(oldPath, newPath);
    overwrite(newPath, bytes, { count: 200 * scale, length: 4096, step: 4096 });
  },
  wireBound: half,
  timeRatio: 1,
};

const log: EditedCase = {
  name: 'log',
  describes: 'a log of 512 MiB, 1 MiB appended',
  bytes: 512 * MIB,
  create(oldPath, newPath, scale) {
    const bytes = 512 * MIB * scale;
    createBigFile(oldPath, bytes);
    assemble(oldPath, newPath, [[0, bytes], seededBytes(createSeeded('appended'), MIB)]);
  },
  wireBound: ({ newBytes }) => 1.1 * MIB + 0.001 * newBytes,
  timeRatio: 1,
};

const database: EditedCase = {
  name: 'database',
  describes: 'a SQLite database of 256 MiB, 5,000 rows updated',
  bytes: 256 * MIB,
  create(oldPath, newPath, scale) {
    createDatabase(oldPath, 256 * MIB * scale);
    copyFileSync(oldPath, newPath);
    updateRows(newPath, 5000 * scale);
  },
  wireBound: ({ rsyncWireBytes }) => 0.7 * rsyncWireBytes,
  timeRatio: 1.2,
};

const different: EditedCase = {
  name: 'different',
  describes: '1 GiB, completely different',
  bytes: GIB,
  create(oldPath, newPath, scale) {
    createBigFile(oldPath, GIB * scale, 'old');
    createBigFile(newPath, GIB * scale, 'new');
  },
  wireBound: ({ newBytes }) => 1.01 * newBytes,
  timeRatio: null,
};

const far: EditedCase = {
  ...scattered,
  name: 'far',
  describes: `${scattered.describes}, over 10 Mbit/s and 100 ms`,
  link: { bitsPerSecond: 10_000_000, roundTripMs: 100 },
  timeRatio: 0.6,
};

export const EDITED_CASES: readonly EditedCase[] = [scattered, image, log, database, different, far];
