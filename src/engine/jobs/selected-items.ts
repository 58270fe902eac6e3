import { basename, dirname, isAbsolute } from 'node:path';
import type { CopyOptions } from '../../shared/copy-options.ts';
import { Failure } from '../../shared/failure.ts';
import type { ItemRange, SelectedItem } from '../source/selection.ts';

/** Paths one order may name. */
const MAX_ITEMS = 10_000;

/**
 * What a person named, as items of a selection. Paths are absolute text.
 * @throws Failure `usage`.
 */
export function toSelectedItems(paths: readonly string[]): SelectedItem[] {
  if (paths.length === 0) throw new Failure('usage', { reason: 'nothing to send' });
  if (paths.length > MAX_ITEMS) throw new Failure('usage', { reason: 'too many paths' });
  return paths.map((path) => {
    if (!isAbsolute(path)) throw new Failure('usage', { subject: path, reason: 'path is not absolute' });
    const name = basename(path);
    if (name === '') throw new Failure('usage', { subject: path, reason: 'has no name of its own' });
    return { parent: Buffer.from(dirname(path)), name: Buffer.from(name) };
  });
}

/** The piece of each item that is wanted; undefined is all of it. */
export function pieceOf({ range }: Pick<CopyOptions, 'range'>): ItemRange | undefined {
  return range ? { offset: range.offset, length: range.length } : undefined;
}

/** The absolute path of an item, exact bytes. */
export function pathOfItem(item: SelectedItem): Buffer {
  return Buffer.concat([item.parent, Buffer.from('/'), item.name]);
}

/** The opposite of `pathOfItem`. */
export function itemOfPath(path: Uint8Array): SelectedItem {
  const bytes = Buffer.from(path);
  const at = bytes.lastIndexOf('/');
  return { parent: at <= 0 ? Buffer.from('/') : bytes.subarray(0, at), name: bytes.subarray(at + 1) };
}
