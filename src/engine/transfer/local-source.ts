import { closeFd } from '../disk/folder.ts';
import { isSameVersion, statFd } from '../disk/stat.ts';
import type { TreeWriter } from '../disk/tree-writer.ts';
import { type SelectedItem, Selection } from '../source/selection.ts';
import type { FileTask } from './work-queue.ts';

/** Files that are copied within this device, opened where they are. The owner calls `close`. */
export class LocalSource {
  readonly #selection: Selection | null;
  readonly #writer: TreeWriter;

  constructor(items: readonly SelectedItem[], writer: TreeWriter) {
    this.#selection = openOrNull(items);
    this.#writer = writer;
  }

  /** False: nothing can be opened, and the listing says why. */
  get isThere(): boolean {
    return this.#selection !== null;
  }

  /** A descriptor of the file, the caller's; null where it is not as it was listed. @throws system errors. */
  open({ folder, sourceName, version }: FileTask): number | null {
    const tree = this.#selection?.tree;
    if (tree === undefined) return null;
    const path = [...this.#writer.folders.sourcePath(folder), sourceName];
    const fd = tree.parentOf(path).openFile(tree.nameOnDisk(path));
    if (isSameVersion(statFd(fd), version)) return fd;
    closeFd(fd);
    return null;
  }

  close(): void {
    this.#selection?.close();
  }
}

function openOrNull(items: readonly SelectedItem[]): Selection | null {
  try {
    return Selection.open(items);
  } catch {
    return null;
  }
}
