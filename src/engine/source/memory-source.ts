import { randomFillSync } from 'node:crypto';
import { Failure } from '../../shared/failure.ts';
import { type ByteName, fromText } from '../wire/byte-name.ts';
import type { Outcome } from '../wire/data-run-table.ts';
import type { FileVersion } from '../wire/data-version.ts';
import type { WantBlock } from '../wire/data-wants.ts';
import type { RunRead, Source } from './source.ts';

/** The one file of it, which both ends of a network test know without a listing. */
export const MEMORY_FILE: { readonly name: ByteName; readonly version: FileVersion } = {
  name: fromText('memory'),
  version: { size: 2 ** 50, mtimeSec: 0, mtimeNs: 0, ctimeSec: 0, ctimeNs: 0 },
};

/**
 * Random bytes without a disk behind them, for network tests: what arrives is thrown away, so each buffer of a
 * connection is filled once and sent again and again.
 */
export class MemorySource implements Source {
  /** Nothing is listed, so nothing else bounds what may be asked for: the time of the test does. */
  readonly servesBytes = Number.POSITIVE_INFINITY;
  readonly #filled = new WeakSet<ArrayBufferLike>();

  records(): Iterator<never, void> {
    return [].values();
  }

  readBlock({ length }: WantBlock, into: Buffer): Outcome {
    if (!this.#filled.has(into.buffer)) {
      this.#filled.add(into.buffer);
      randomFillSync(into);
    }
    return { status: 'ok', length };
  }

  readRun(): RunRead {
    throw new Failure('peer-misbehaved', { reason: 'no files in a network test' });
  }

  hashFile(): never {
    throw new Failure('peer-misbehaved', { reason: 'no files in a network test' });
  }

  close(): void {}
}
