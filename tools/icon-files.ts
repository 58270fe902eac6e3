/** Containers of application icons; both hold PNG pictures as they are. */

export interface Picture {
  /** Pixels along each side. */
  readonly size: number;
  readonly png: Buffer;
}

const ICO_HEADER = 6;
const ICO_ENTRY = 16;
const ICNS_HEADER = 8;

/** Type codes of an ICNS picture that is `size` pixels wide: plain, and as the double resolution of half that size. */
const ICNS_TYPES: Readonly<Record<number, readonly string[]>> = {
  16: ['icp4'],
  32: ['icp5', 'ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
};

/** Windows icon with one entry for each picture, at most 256 pixels wide. */
export function toIco(pictures: readonly Picture[]): Buffer {
  const head = Buffer.alloc(ICO_HEADER + ICO_ENTRY * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  for (const [index, { size, png }] of pictures.entries()) {
    const at = ICO_HEADER + ICO_ENTRY * index;
    // 0 stands for 256
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...pictures.map(({ png }) => png)]);
}

/** macOS icon. Throws for a size that it has no place for. */
export function toIcns(pictures: readonly Picture[]): Buffer {
  const parts = pictures.flatMap(({ size, png }) => {
    const types = ICNS_TYPES[size];
    if (types === undefined) throw new Error(`an icns file has no picture of ${size} pixels`);
    return types.map((type) => Buffer.concat([icnsHeader(type, png.length), png]));
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([icnsHeader('icns', body.length), body]);
}

function icnsHeader(type: string, length: number): Buffer {
  const header = Buffer.alloc(ICNS_HEADER);
  header.write(type, 0, 'latin1');
  header.writeUInt32BE(ICNS_HEADER + length, 4);
  return header;
}

/** Width and height that a PNG says it has. */
export function pngSize(png: Buffer): { readonly width: number; readonly height: number } {
  if (png.toString('latin1', 1, 4) !== 'PNG') throw new Error('no PNG');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** Pictures of a container made by {@link toIco}, in order. */
export function readIco(ico: Buffer): readonly Picture[] {
  return Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
    const at = ICO_HEADER + ICO_ENTRY * index;
    const offset = ico.readUInt32LE(at + 12);
    return { size: ico.readUInt8(at) || 256, png: ico.subarray(offset, offset + ico.readUInt32LE(at + 8)) };
  });
}

/** Pictures of a container made by {@link toIcns}, by their type code. */
export function readIcns(icns: Buffer): ReadonlyMap<string, Buffer> {
  const pictures = new Map<string, Buffer>();
  if (icns.readUInt32BE(4) !== icns.length) throw new Error('the length of the icns file is wrong');
  for (let at = ICNS_HEADER; at < icns.length; ) {
    const length = icns.readUInt32BE(at + 4);
    pictures.set(icns.toString('latin1', at, at + 4), icns.subarray(at + ICNS_HEADER, at + length));
    at += length;
  }
  return pictures;
}
