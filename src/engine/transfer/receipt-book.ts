import { hashBytes } from '../wire/block-hash.ts';
import type { ByteName, BytePath } from '../wire/byte-name.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import type { FileVersion } from '../wire/data-version.ts';
import type { Piece } from './patch.ts';
import { type Receipt, writeReceipt } from './receipt.ts';

/** Told when so many bytes of receipts are there, or this long after the first of them. */
const FLUSH_BYTES = 256 * 1024;
const FLUSH_MS = 1_000;

type Received = Pick<FileVersion, 'size' | 'mtimeSec' | 'mtimeNs'>;

/**
 * Notes of one pull with which hash each file came. What is noted says nothing of what is on disk, so it needs
 * no sync and may be told early; a file that is fetched again is noted again. The owner calls `flush` at the end.
 */
export class ReceiptBook {
  readonly #tell: (receipts: Uint8Array) => void;
  readonly #writer = new ByteWriter(FLUSH_BYTES);
  #isEmpty = true;
  #sinceMs = 0;

  constructor(tell: (receipts: Uint8Array) => void) {
    this.#tell = tell;
  }

  /** A file that came whole, with its content. Returns the hash of the content. */
  content(path: BytePath, version: Received, content: Uint8Array): Buffer {
    const hash = hashBytes(content);
    this.#note({ ...fileOf(path, version), by: 'content', piece: null, hash });
    return hash;
  }

  /** A file, or a piece of one, of which the hash over its blocks is known, see wire/block-hash.ts. */
  blocks(path: BytePath, version: Received, hash: Buffer, piece: Piece | null = null): void {
    this.#note({ ...fileOf(path, version), by: 'blocks', piece, hash });
  }

  /** Something has another name here than at the source. */
  named(path: BytePath, name: ByteName): void {
    this.#note({ kind: 'name', path, name });
  }

  #note(receipt: Receipt): void {
    if (this.#isEmpty) this.#sinceMs = performance.now();
    this.#isEmpty = false;
    writeReceipt(this.#writer, receipt);
    const isDue = performance.now() - this.#sinceMs >= FLUSH_MS;
    if (isDue || this.#writer.view().length >= FLUSH_BYTES) this.flush();
  }

  flush(): void {
    if (this.#isEmpty) return;
    this.#tell(Uint8Array.from(this.#writer.view()));
    this.#writer.reset();
    this.#isEmpty = true;
  }
}

function fileOf(path: BytePath, { size, mtimeSec, mtimeNs }: Received) {
  return { kind: 'file', path, size, mtimeSec, mtimeNs } as const;
}
