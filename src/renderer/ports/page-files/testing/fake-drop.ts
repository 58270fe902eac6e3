import type { BrowserEntry, Dropped } from '../collect-dropped.ts';
import type { HeldContent } from '../held-entry.ts';

/** Folders by name with what is in them, files with their text, folders that cannot be read with the error. */
export interface DropTree {
  readonly [name: string]: DropTree | string | Error;
}

/** Entries that a reader gives at a time; Chromium gives 100. */
const SOME = 100;

/** What a browser gives for a drop, from memory; content is that of real `File` objects. */
export function dropOf(tree: DropTree): Dropped {
  return {
    items: entriesOf(tree).map((entry) => ({
      kind: 'file',
      webkitGetAsEntry: () => entry,
      getAsFile: () => null,
    })),
  };
}

function entriesOf(tree: DropTree): BrowserEntry[] {
  return Object.entries(tree).map(([name, content]) => entryOf(name, content));
}

function entryOf(name: string, content: DropTree | string | Error): BrowserEntry {
  if (typeof content === 'string') {
    const file = new File([content], name, { lastModified: 1_700_000_000_123 });
    return Object.assign(
      { name, isFile: true, isDirectory: false },
      { file: (done: (file: HeldContent) => void) => done(file) },
    );
  }
  const createReader = () => {
    const all = content instanceof Error ? [] : entriesOf(content);
    let at = 0;
    return {
      readEntries(done: (entries: readonly BrowserEntry[]) => void, failed: (error: unknown) => void) {
        if (content instanceof Error) return failed(content);
        done(all.slice(at, at + SOME));
        at += SOME;
      },
    };
  };
  return Object.assign({ name, isFile: false, isDirectory: true }, { createReader });
}
