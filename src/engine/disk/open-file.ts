import type { ByteName } from '../wire/byte-name.ts';
import type { Target } from './tree-writer.ts';

/** A file being written, under `name` in the target's folder. */
export interface OpenFile {
  readonly target: Target;
  readonly name: ByteName;
  readonly fd: number;
}
