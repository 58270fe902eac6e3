import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Pictures of screens have few colours: with a palette of 256 they take a third of the room. */

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS = 256;
/** So many go to the most frequent colours, the rest to those least like them. */
const FREQUENT = 192;
const RGB = 2;
const PALETTE = 3;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 0xrrggbb each, row by row. */
  readonly colours: Uint32Array;
}

function chunksOf(png: Buffer): ReadonlyMap<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const name = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    const before = chunks.get(name);
    chunks.set(name, before === undefined ? body : Buffer.concat([before, body]));
    at += length + 12;
  }
  return chunks;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** Undoes the filter of one row, in place. */
function unfilter(kind: number, row: Buffer, above: Buffer | null, step: number): void {
  for (let index = 0; index < row.length; index += 1) {
    const left = index >= step ? (row[index - step] ?? 0) : 0;
    const up = above?.[index] ?? 0;
    const corner = index >= step ? (above?.[index - step] ?? 0) : 0;
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind] ?? 0;
    row[index] = ((row[index] ?? 0) + guess) & 0xff;
  }
}

/** Null: not one of the pictures a browser makes. */
function decode(png: Buffer): Pixels | null {
  const chunks = chunksOf(png);
  const head = chunks.get('IHDR');
  const data = chunks.get('IDAT');
  if (head === undefined || data === undefined || head[8] !== 8 || head[9] !== RGB || head[12] !== 0) {
    return null;
  }
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const raw = inflateSync(data);
  const rowBytes = width * 3;
  const colours = new Uint32Array(width * height);
  let above: Buffer | null = null;
  for (let y = 0; y < height; y += 1) {
    const start = y * (rowBytes + 1);
    const row = raw.subarray(start + 1, start + 1 + rowBytes);
    unfilter(raw[start] ?? 0, row, above, 3);
    for (let x = 0; x < width; x += 1) colours[y * width + x] = row.readUIntBE(x * 3, 3);
    above = row;
  }
  return { width, height, colours };
}

function distance(one: number, other: number): number {
  const red = (one >> 16) - (other >> 16);
  const green = ((one >> 8) & 0xff) - ((other >> 8) & 0xff);
  const blue = (one & 0xff) - (other & 0xff);
  return red * red + green * green + blue * blue;
}

function paletteOf(colours: Uint32Array): readonly number[] {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const byCount = [...counts].sort(([, one], [, other]) => other - one).map(([colour]) => colour);
  if (byCount.length <= COLOURS) return byCount;
  const palette = byCount.slice(0, FREQUENT);
  const rest = byCount.slice(FREQUENT);
  const farness = rest.map((colour) => Math.min(...palette.map((each) => distance(colour, each))));
  while (palette.length < COLOURS) {
    const index = farness.indexOf(Math.max(...farness));
    const chosen = rest[index] ?? 0;
    palette.push(chosen);
    rest.forEach((colour, at) => {
      farness[at] = Math.min(farness[at] ?? 0, distance(colour, chosen));
    });
  }
  return palette;
}

function chunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

/** The same picture in at most 256 colours; as it came where that is no smaller, or it is of another kind. */
export function smallPng(png: Buffer): Buffer {
  const pixels = decode(png);
  if (pixels === null) return png;
  const { width, height, colours } = pixels;
  const palette = paletteOf(colours);
  const nearest = new Map(palette.map((colour, index) => [colour, index]));
  const indexOf = (colour: number): number => {
    const known = nearest.get(colour);
    if (known !== undefined) return known;
    let best = 0;
    for (let index = 1; index < palette.length; index += 1) {
      if (distance(colour, palette[index] ?? 0) < distance(colour, palette[best] ?? 0)) best = index;
    }
    nearest.set(colour, best);
    return best;
  };
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows[y * (width + 1) + 1 + x] = indexOf(colours[y * width + x] ?? 0);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, PALETTE], 8);
  const table = Buffer.from(palette.flatMap((each) => [each >> 16, (each >> 8) & 0xff, each & 0xff]));
  const small = Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return small.length < png.length ? small : png;
}
