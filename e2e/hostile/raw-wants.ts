import { ByteWriter } from '../../src/engine/wire/byte-writer.ts';
import { type FileVersion, writeVersion } from '../../src/engine/wire/data-version.ts';

function writePath(writer: ByteWriter, path: readonly string[]): void {
  writer.u16(path.length);
  for (const name of path) {
    writer.u8(name.length);
    writer.latin1(name);
  }
}

/** A want for a block, nothing checked. */
export function wantBlock(
  path: readonly string[],
  version: FileVersion,
  offset: number,
  length: number,
): Buffer {
  const writer = new ByteWriter();
  writePath(writer, path);
  writeVersion(writer, version);
  writer.u64(offset);
  writer.u32(length);
  return Buffer.from(writer.view());
}

/** A want for a run of one folder, nothing checked. */
export function wantRun(folder: readonly string[], names: readonly string[], version: FileVersion): Buffer {
  const writer = new ByteWriter();
  writer.u16(1);
  writePath(writer, folder);
  writer.u16(names.length);
  for (const name of names) {
    writer.u8(name.length);
    writer.latin1(name);
    writeVersion(writer, version);
  }
  return Buffer.from(writer.view());
}
