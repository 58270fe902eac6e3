import { crc32 } from 'node:zlib';

/** One entry of an archive, in the order it is to have. */
export interface ZipEntry {
  /** '/'-separated, exact bytes; that of a folder ends in '/'. */
  readonly name: Buffer;
  /** Unix mode with its type bits. */
  readonly mode: number;
  /** Unix ms. */
  readonly mtimeMs: number;
  /** At least as many bytes as `content` gives; decides the form of the sizes. */
  readonly maxBytes: number;
  /** Null for a folder. */
  readonly content: AsyncIterable<Buffer> | null;
}

interface Written extends ZipEntry {
  readonly offset: number;
  readonly crc: number;
  readonly bytes: number;
}

/** Sizes, offsets and counts from here on need the long form (APPNOTE 6.3.10, 4.4). */
const LONG_FROM = 0xffff_ffff;
const MANY_ENTRIES = 0xffff;

const LOCAL_HEADER = 0x0403_4b50;
const DESCRIPTOR = 0x0807_4b50;
const CENTRAL_HEADER = 0x0201_4b50;
const LONG_END = 0x0606_4b50;
const LONG_END_LOCATOR = 0x0706_4b50;
const END = 0x0605_4b50;

const VERSION_LONG = 45;
const MADE_ON_UNIX = 3 << 8;
const SIZES_FOLLOW = 1 << 3;
const NAME_IS_UTF8 = 1 << 11;
const LONG_EXTRA = 0x0001;

/** Little-endian fields: pairs of width in bytes and value. */
function pack(...fields: readonly (readonly [width: 2 | 4 | 8, value: number])[]): Buffer {
  const packed = Buffer.alloc(fields.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 8) packed.writeBigUInt64LE(BigInt(value), at);
    else packed.writeUIntLE(value, at, width);
    at += width;
  }
  return packed;
}

/** Time and date of MS-DOS, in this machine's time zone, as the format wants it. */
function dosTime(mtimeMs: number): { time: number; date: number } {
  const at = new Date(mtimeMs);
  if (!(at.getFullYear() >= 1980 && at.getFullYear() <= 2107)) return { time: 0, date: (1 << 5) | 1 };
  return {
    time: (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1),
    date: ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate(),
  };
}

function isUtf8(name: Buffer): boolean {
  return Buffer.from(name.toString()).equals(name);
}

/** The fields that both headers of an entry share, from its flags to its sizes. */
function common(entry: ZipEntry, crc: number, size: number): Buffer {
  const { time, date } = dosTime(entry.mtimeMs);
  const flags = (entry.content === null ? 0 : SIZES_FOLLOW) | (isUtf8(entry.name) ? NAME_IS_UTF8 : 0);
  return pack([2, flags], [2, 0], [2, time], [2, date], [4, crc], [4, size], [4, size]);
}

function localHeader(entry: ZipEntry): Buffer {
  const isLong = entry.maxBytes >= LONG_FROM;
  const extra = isLong ? pack([2, LONG_EXTRA], [2, 16], [8, 0], [8, 0]) : Buffer.alloc(0);
  return Buffer.concat([
    pack([4, LOCAL_HEADER], [2, VERSION_LONG]),
    common(entry, 0, isLong ? LONG_FROM : 0),
    pack([2, entry.name.length], [2, extra.length]),
    entry.name,
    extra,
  ]);
}

function descriptor({ crc, bytes, maxBytes }: Written): Buffer {
  const width = maxBytes >= LONG_FROM ? 8 : 4;
  return pack([4, DESCRIPTOR], [4, crc], [width, bytes], [width, bytes]);
}

function centralHeader(entry: Written): Buffer {
  const longSize = entry.maxBytes >= LONG_FROM;
  const longOffset = entry.offset >= LONG_FROM;
  const values = [...(longSize ? [entry.bytes, entry.bytes] : []), ...(longOffset ? [entry.offset] : [])];
  const extra =
    values.length === 0
      ? Buffer.alloc(0)
      : pack([2, LONG_EXTRA], [2, values.length * 8], ...values.map((value) => [8, value] as const));
  return Buffer.concat([
    pack([4, CENTRAL_HEADER], [2, MADE_ON_UNIX | VERSION_LONG], [2, VERSION_LONG]),
    common(entry, entry.crc, longSize ? LONG_FROM : entry.bytes),
    // comment, disk and inner attributes have nothing to say
    pack([2, entry.name.length], [2, extra.length], [2, 0], [2, 0], [2, 0]),
    pack([4, entry.mode * 0x1_0000 + (entry.content === null ? 0x10 : 0)]),
    pack([4, longOffset ? LONG_FROM : entry.offset]),
    entry.name,
    extra,
  ]);
}

function endOf(entries: number, start: number, bytes: number): Buffer {
  const count = [8, entries] as const;
  const longEnd = [
    pack([4, LONG_END], [8, 44], [2, MADE_ON_UNIX | VERSION_LONG], [2, VERSION_LONG], [4, 0], [4, 0]),
    pack(count, count, [8, bytes], [8, start]),
    pack([4, LONG_END_LOCATOR], [4, 0], [8, start + bytes], [4, 1]),
  ];
  const isLong = entries >= MANY_ENTRIES || start >= LONG_FROM || bytes >= LONG_FROM;
  const short = Math.min(entries, MANY_ENTRIES);
  return Buffer.concat([
    ...(isLong ? longEnd : []),
    pack([4, END], [2, 0], [2, 0], [2, short], [2, short]),
    pack([4, Math.min(bytes, LONG_FROM)], [4, Math.min(start, LONG_FROM)], [2, 0]),
  ]);
}

/** An archive of `entries`, stored and not compressed, made while it is read; of any size. */
export async function* zipStream(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let offset = 0;
  for await (const entry of entries) {
    const start = offset;
    let crc = 0;
    let bytes = 0;
    const header = localHeader(entry);
    offset += header.length;
    yield header;
    for await (const part of entry.content ?? []) {
      crc = crc32(part, crc);
      bytes += part.length;
      yield part;
    }
    const done: Written = { ...entry, content: entry.content, offset: start, crc, bytes };
    written.push(done);
    offset += bytes;
    if (entry.content === null) continue;
    const after = descriptor(done);
    offset += after.length;
    yield after;
  }
  const start = offset;
  for (const entry of written) {
    const header = centralHeader(entry);
    offset += header.length;
    yield header;
  }
  yield endOf(written.length, start, offset - start);
}
