import type { BytePath } from '../wire/byte-name.ts';
import type { FileVersion } from '../wire/data-version.ts';

/** What is kept for others: peers that are no further apart than this cost the disk one read. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Names one piece of content: it is the same for as long as the version is. */
export function readKey(path: BytePath, version: FileVersion, offset: number, length: number): string {
  const { size, mtimeSec, mtimeNs, ctimeSec, ctimeNs } = version;
  return `${offset} ${length} ${size} ${mtimeSec} ${mtimeNs} ${ctimeSec} ${ctimeNs} ${path.join('/')}`;
}

/**
 * What was read last of a selection that goes to several peers at once, so that each further one that asks for it
 * soon has it from memory. The oldest goes first, whoever has had it, so nobody ever waits for anybody: a peer that
 * falls behind costs reads of its own.
 */
export class SharedReads {
  readonly #maxBytes: number;
  readonly #pieces = new Map<string, Buffer>();
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Fills the start of `into` with a piece that is kept; false where it is not. */
  copyTo(key: string, into: Buffer): boolean {
    const piece = this.#pieces.get(key);
    if (piece === undefined) return false;
    into.set(piece);
    return true;
  }

  /** Keeps a copy of a piece that was read. */
  keep(key: string, piece: Buffer): void {
    if (this.#pieces.has(key) || piece.length > this.#maxBytes) return;
    this.#bytes += piece.length;
    for (const [oldest, { length }] of this.#pieces) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#pieces.delete(oldest);
      this.#bytes -= length;
    }
    // Not out of Node's pool: a piece of that would keep all of it.
    const copy = Buffer.allocUnsafeSlow(piece.length);
    copy.set(piece);
    this.#pieces.set(key, copy);
  }
}
