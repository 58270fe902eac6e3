import { FileHasher } from '../wire/block-hash.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { closeFd, type Folder, readFully } from './folder.ts';

/** Hash of a file here, as wire/block-hash.ts defines it. @throws system errors. */
export function hashLocalFile(folder: Folder, name: ByteName): Buffer {
  const fd = folder.openFile(name);
  try {
    const hasher = new FileHasher();
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
    for (let offset = 0; ; offset += BLOCK_BYTES) {
      const read = readFully(fd, buffer, offset);
      if (read > 0) hasher.addBlock(buffer.subarray(0, read));
      if (read < BLOCK_BYTES) return hasher.digest();
    }
  } finally {
    closeFd(fd);
  }
}
