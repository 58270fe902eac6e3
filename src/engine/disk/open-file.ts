import type { ByteName } from '../wire/byte-name.ts';
import type { Target } from './tree-writer.ts';

/** A file being written, under `name` in the target's folder. */
export interface OpenFile {
  readonly target: Target;
  readonly name: ByteName;
  readonly fd: number;
  /**
   * It is the target itself, with somebody's content beside ours: it is never removed, and needs no other name. This
   * stands for it where parts are noted; nothing has that name.
   */
  readonly mark?: ByteName;
}
