import koffi from 'koffi';

const isLinux = process.platform === 'linux';
/** <fcntl.h> of Linux and of macOS. */
const AT_FDCWD = isLinux ? -100 : -2;
const AT_SYMLINK_NOFOLLOW = isLinux ? 0x100 : 0x20;

const libc = koffi.load(null);
const utimensat = libc.func('int utimensat(int, const uint8_t *, const uint8_t *, int)');

/** Sets both times of `path` (a link itself, not its target) to the nanosecond, which Node's calls cannot. */
export function setExactTime(path: Buffer, timeNs: bigint): void {
  const times = Buffer.alloc(32);
  for (const at of [0, 16]) {
    times.writeBigInt64LE(timeNs / 1_000_000_000n, at);
    times.writeBigInt64LE(timeNs % 1_000_000_000n, at + 8);
  }
  const result: unknown = utimensat(
    AT_FDCWD,
    Buffer.concat([path, Buffer.of(0)]),
    times,
    AT_SYMLINK_NOFOLLOW,
  );
  if (result !== 0) throw new Error(`utimensat failed on ${path.toString('latin1')}: errno ${koffi.errno()}`);
}
