import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * Loaded into Ferry with NODE_OPTIONS: a disk that takes long. `FERRY_E2E_SLOW` says for what: `read` or `write`.
 * Only large pieces, so that everything else stays as it is.
 */
const PIECE_BYTES = 64 * 1024;
const SLOW_MS = 30;

const slow = process.env['FERRY_E2E_SLOW'];

function isLarge(bytes: unknown): boolean {
  return ArrayBuffer.isView(bytes) && bytes.byteLength >= PIECE_BYTES;
}

if (slow === 'read') {
  const readSync = fs.readSync.bind(fs) as (...args: unknown[]) => number;
  fs.readSync = ((fd: number, bytes: unknown, ...rest: unknown[]) => {
    if (isLarge(bytes)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_MS);
    return readSync(fd, bytes, ...rest);
  }) as typeof fs.readSync;
}

if (slow === 'write') {
  const write = promisify(fs.write) as (...args: unknown[]) => Promise<unknown>;
  // The engine writes blocks by the promise form, which is this property.
  Object.defineProperty(fs.write, promisify.custom, {
    value: async (fd: number, bytes: unknown, ...rest: unknown[]) => {
      if (isLarge(bytes)) await delay(SLOW_MS);
      return await write(fd, bytes, ...rest);
    },
  });
}
