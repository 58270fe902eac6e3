import { heldContent } from './collect-dropped.ts';
import type { HeldContent, HeldEntry, HeldFolder } from './held-entry.ts';
import { HeldSelection } from './held-selection.ts';

type PickedFile = HeldContent & {
  readonly name: string;
  /** `folder/below/name` when a folder was picked, else empty. */
  readonly webkitRelativePath?: string;
};

interface PickedFolder {
  readonly folders: Map<string, PickedFolder>;
  readonly files: PickedFile[];
}

function newFolder(): PickedFolder {
  return { folders: new Map(), files: [] };
}

/**
 * What was picked in a dialog or pasted, folders with their structure as far as they hold files.
 * @throws Failure `usage` when there is nothing.
 */
export function collectPicked(files: Iterable<PickedFile>): HeldSelection {
  const root = newFolder();
  for (const file of files) {
    const names = (file.webkitRelativePath ?? '').split('/').slice(0, -1);
    let folder = root;
    for (const name of names) {
      const next = folder.folders.get(name) ?? newFolder();
      folder.folders.set(name, next);
      folder = next;
    }
    folder.files.push(file);
  }
  return new HeldSelection(toHeld(root), root.folders.size > 0 ? 'lost' : 'kept');
}

function toHeld({ folders, files }: PickedFolder): HeldEntry[] {
  const held: HeldEntry[] = files.map(heldContent);
  for (const [name, folder] of folders) held.push(heldFolder(name, folder));
  return held;
}

function heldFolder(name: string, folder: PickedFolder): HeldFolder {
  return { kind: 'folder', name, children: () => Promise.resolve(toHeld(folder)) };
}
