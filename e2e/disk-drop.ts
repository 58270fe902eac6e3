import { openAsBlob, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BrowserEntry, Dropped } from '../src/renderer/ports/page-files/collect-dropped.ts';
import type { HeldContent } from '../src/renderer/ports/page-files/held-entry.ts';

/** Entries that a reader gives at a time; Chromium gives 100. */
const SOME = 100;

/** What a browser makes of files and folders of this disk that are dropped on a page. */
export class DiskDrop implements Dropped {
  readonly items: Dropped['items'];
  bytesRead = 0;
  /** Called with each path before it is read, for tests that change or hold things then. */
  onRead: (path: string) => Promise<void> | void = () => undefined;

  constructor(...paths: readonly string[]) {
    this.items = paths.map((path) => ({
      kind: 'file',
      webkitGetAsEntry: () => this.#entry(path, statSync(path).isDirectory()),
      getAsFile: () => null,
    }));
  }

  #entry(path: string, isDirectory: boolean) {
    return {
      name: basename(path),
      isFile: !isDirectory,
      isDirectory,
      file: (give: (file: HeldContent) => void, fail: (error: unknown) => void) =>
        void this.#file(path).then(give, fail),
      createReader: () => {
        const entries = this.#list(path);
        let at = 0;
        return {
          readEntries: (give: (entries: readonly BrowserEntry[]) => void, fail: (error: unknown) => void) =>
            void entries.then((all) => {
              give(all.slice(at, at + SOME));
              at += SOME;
            }, fail),
        };
      },
    };
  }

  async #list(path: string): Promise<readonly BrowserEntry[]> {
    const found = await readdir(path, { withFileTypes: true });
    return found.map((entry) => this.#entry(join(path, entry.name), entry.isDirectory()));
  }

  /** A snapshot, as a browser makes it: reading it fails once the file is another one. */
  async #file(path: string): Promise<HeldContent> {
    const { size, mtimeMs } = await stat(path).catch(() => {
      throw new DOMException('gone', 'NotFoundError');
    });
    const blob = await openAsBlob(path);
    return {
      size,
      lastModified: Math.trunc(mtimeMs),
      slice: (start, end) => ({
        arrayBuffer: async () => {
          await this.onRead(path);
          const now = await stat(path).catch(() => {
            throw new DOMException('gone', 'NotFoundError');
          });
          if (now.mtimeMs !== mtimeMs) throw new DOMException('changed', 'NotReadableError');
          const bytes = await blob.slice(start, end).arrayBuffer();
          this.bytesRead += bytes.byteLength;
          return bytes;
        },
      }),
    };
  }
}
