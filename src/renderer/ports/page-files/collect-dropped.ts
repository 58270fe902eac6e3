import type { HeldContent, HeldEntry, HeldFile, HeldFolder } from './held-entry.ts';
import { HeldSelection } from './held-selection.ts';

/** The parts of the browser's file system entries that are used here (File and Directory Entries API). */
export interface BrowserEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
}

interface BrowserFileEntry extends BrowserEntry {
  file(done: (file: HeldContent) => void, failed: (error: unknown) => void): void;
}

interface BrowserFolderEntry extends BrowserEntry {
  createReader(): {
    readEntries(done: (entries: readonly BrowserEntry[]) => void, failed: (error: unknown) => void): void;
  };
}

/** The part of a `DataTransfer` that is used here. */
export interface Dropped {
  readonly items: Iterable<{
    readonly kind: string;
    webkitGetAsEntry(): BrowserEntry | null;
    getAsFile(): (HeldContent & { readonly name: string }) | null;
  }>;
}

/**
 * What was dropped, folders with their structure. To be called in the handler of the event: later the browser does
 * not give it any more. Folders are read when they are needed.
 * @throws Failure `usage` when there is no file or folder in it.
 */
export function collectDropped(dropped: Dropped): HeldSelection {
  const items: HeldEntry[] = [];
  for (const item of dropped.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = entry === null ? item.getAsFile() : null;
    if (entry !== null) items.push(...toHeld([entry]));
    else if (file !== null) items.push(heldContent(file));
  }
  return new HeldSelection(items, 'kept');
}

/** A file that the browser gives by itself: it cannot be looked at again. */
export function heldContent(file: HeldContent & { readonly name: string }): HeldFile {
  return { kind: 'file', name: file.name, content: () => Promise.resolve(file) };
}

function toHeld(entries: readonly BrowserEntry[]): HeldEntry[] {
  const held: HeldEntry[] = [];
  for (const entry of entries) {
    if (entry.isDirectory) held.push(heldFolder(entry as BrowserFolderEntry));
    else if (entry.isFile) held.push(heldFile(entry as BrowserFileEntry));
  }
  return held;
}

function heldFile(entry: BrowserFileEntry): HeldFile {
  let known: Promise<HeldContent> | null = null;
  return {
    kind: 'file',
    name: entry.name,
    content(from) {
      if (known === null || from === 'now') known = new Promise((done, failed) => entry.file(done, failed));
      return known;
    },
  };
}

function heldFolder(entry: BrowserFolderEntry): HeldFolder {
  let known: Promise<readonly HeldEntry[]> | null = null;
  return {
    kind: 'folder',
    name: entry.name,
    children() {
      known ??= readAll(entry);
      return known;
    },
  };
}

/** A reader gives some entries at a time (Chromium 100), and none at the end. */
async function readAll(entry: BrowserFolderEntry): Promise<readonly HeldEntry[]> {
  const reader = entry.createReader();
  const found: HeldEntry[] = [];
  for (;;) {
    const some = await new Promise<readonly BrowserEntry[]>((done, failed) =>
      reader.readEntries(done, failed),
    );
    if (some.length === 0) return found;
    found.push(...toHeld(some));
  }
}
