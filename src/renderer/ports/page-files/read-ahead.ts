import type { HeldContent } from './held-entry.ts';

/** Read at once of a large file: a read costs a browser about the same for four blocks as for one. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** Windows kept until all of them has been asked for: 32 MiB, some for each file that is being read. */
const MAX_WINDOWS = 8;

interface Window {
  readonly content: HeldContent;
  readonly start: number;
  /** Null when it could not be read. */
  readonly bytes: Promise<Uint8Array | null>;
  /** Not asked for yet. */
  left: number;
}

/** Reads large files some blocks ahead of what is asked for, as long as that goes from the front to the back. */
export class ReadAhead {
  /** The one used last is the last. */
  #windows: Window[] = [];

  /**
   * A part of a file. Null when it was not read ahead, or when reading failed: read just this, then.
   * @param length bytes, at most what there is from `offset` on.
   */
  async read(content: HeldContent, offset: number, length: number): Promise<Uint8Array | null> {
    const start = offset - (offset % WINDOW_BYTES);
    const end = Math.min(content.size, start + WINDOW_BYTES);
    // All there is in the window, or across two.
    if (offset + length > end || (offset === start && offset + length === end)) return null;
    const window = this.#windowAt(content, start) ?? (offset === start ? open(content, start, end) : null);
    if (window === null) return null;
    window.left -= length;
    this.#windows = this.#windows.filter((other) => other !== window);
    if (window.left > 0) this.#windows.push(window);
    if (this.#windows.length > MAX_WINDOWS) this.#windows.shift();
    const bytes = await window.bytes;
    return bytes === null ? null : bytes.subarray(offset - start, offset - start + length);
  }

  #windowAt(content: HeldContent, start: number): Window | null {
    return this.#windows.find((window) => window.content === content && window.start === start) ?? null;
  }
}

function open(content: HeldContent, start: number, end: number): Window {
  return { content, start, bytes: readWhole(content, start, end), left: end - start };
}

async function readWhole(content: HeldContent, start: number, end: number): Promise<Uint8Array | null> {
  try {
    const bytes = new Uint8Array(await content.slice(start, end).arrayBuffer());
    return bytes.length === end - start ? bytes : null;
  } catch {
    return null;
  }
}
