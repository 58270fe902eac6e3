/** Small files in a row of which nothing was known, after which most are not looked up any more. */
const PATIENCE_FILES = 512;
/** From then on so many of every `CYCLE_FILES` are still looked up: the next folder may be another matter. */
const SAMPLE_FILES = 32;
const CYCLE_FILES = 1_024;

/**
 * Whether small files are worth a look at the index. A copy of nothing but new files should not pay for one that
 * never finds anything: after enough misses only samples are looked up, until one is found.
 */
export class SmallFileTrust {
  #missed = 0;
  #offered = 0;

  /** Enough of them were in vain. */
  get isLost(): boolean {
    return this.#missed >= PATIENCE_FILES;
  }

  /** Asked once for each small file. */
  isWorthALook(): boolean {
    this.#offered += 1;
    return !this.isLost || this.#offered % CYCLE_FILES < SAMPLE_FILES;
  }

  /** One of them was looked up. */
  looked(isKnown: boolean): void {
    this.#missed = isKnown ? 0 : this.#missed + 1;
  }
}
