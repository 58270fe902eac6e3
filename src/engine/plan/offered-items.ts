import { Failure } from '../../shared/failure.ts';
import { type ByteName, fromBytes } from '../wire/byte-name.ts';

/** The top-level entries a source announced, in its offer or after a code: what was agreed to. */
export interface Offered {
  /** All of them, or the first ones where there are more than a message names. Exact bytes. */
  readonly names: readonly Uint8Array[];
  readonly count: number;
}

/**
 * Holds a listing to what was offered: who accepted `photo.jpg` did not accept `.profile`. Where not every
 * name was announced, at least there are no more of them.
 */
export class OfferedItems {
  /** Null where not every name is known. */
  readonly #names: ReadonlySet<ByteName> | null;
  readonly #count: number;
  #listed = 0;

  constructor({ names, count }: Offered) {
    this.#names = count > names.length ? null : new Set(names.map(fromBytes));
    this.#count = count;
  }

  /** Takes the next top-level entry of the listing. @throws Failure `peer-misbehaved`. */
  accept(name: ByteName): void {
    this.#listed += 1;
    const isOffered = this.#names?.has(name) ?? this.#listed <= this.#count;
    if (!isOffered) throw new Failure('peer-misbehaved', { reason: 'entry that was not offered' });
  }
}
