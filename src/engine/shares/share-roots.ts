import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { OpenRoot } from '../disk/folder.ts';

/** Workers may be on their way with the number of a descriptor: it must not come to mean another folder. */
const CLOSE_AFTER_MS = 10_000;

interface Opened {
  readonly handle: FileHandle;
  readonly root: OpenRoot;
}

/**
 * The roots of shares, each opened once: what is moved, replaced or mounted over a path later changes nothing.
 * The owner calls `stop`.
 */
export class ShareRoots {
  readonly #open = new Map<string, Opened>();
  readonly #closing = new Map<FileHandle, NodeJS.Timeout>();

  /** The root of a folder; opened now if it is not. Null where there is no such folder. */
  async open(dir: string): Promise<OpenRoot | null> {
    const known = this.#open.get(dir);
    if (known !== undefined) return known.root;
    let handle: FileHandle;
    try {
      handle = await open(dir, constants.O_RDONLY | constants.O_DIRECTORY);
    } catch {
      return null;
    }
    const first = this.#open.get(dir);
    if (first !== undefined) {
      await handle.close();
      return first.root;
    }
    const root = { fd: handle.fd, path: Buffer.from(dir) };
    this.#open.set(dir, { handle, root });
    return root;
  }

  /** Only an open one. */
  get(dir: string): OpenRoot | null {
    return this.#open.get(dir)?.root ?? null;
  }

  /** Lets go of a folder, a little later. */
  release(dir: string): void {
    const opened = this.#open.get(dir);
    if (opened === undefined) return;
    this.#open.delete(dir);
    const { handle } = opened;
    const timer = setTimeout(() => {
      this.#closing.delete(handle);
      void handle.close();
    }, CLOSE_AFTER_MS);
    timer.unref();
    this.#closing.set(handle, timer);
  }

  /** Closes all; nobody works with them any more. */
  async stop(): Promise<void> {
    const handles = [...[...this.#open.values()].map(({ handle }) => handle), ...this.#closing.keys()];
    for (const timer of this.#closing.values()) clearTimeout(timer);
    this.#open.clear();
    this.#closing.clear();
    await Promise.all(handles.map((handle) => handle.close()));
  }
}
