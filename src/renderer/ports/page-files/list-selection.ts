import {
  MAX_PAGE_DEPTH,
  MAX_PAGE_NAME_BYTES,
  MAX_PAGE_PATH_BYTES,
  PAGE_FRAME,
  PageFrameWriter,
  type PageProblemCode,
  type PageRecord,
  writePageRecord,
} from '../../../shared/page-frames.ts';
import { type HeldEntry, type HeldFile, type HeldFolder, isGone } from './held-entry.ts';

/** A frame is closed after this much; one more record fits below MAX_LISTING_FRAME_BYTES. */
const FRAME_BYTES = 128 * 1024;
const FRAME_RECORDS = 4_000;
/** What has been found is told after this long, so that the copy begins while the rest is looked for. */
const FRAME_MS = 100;
/** Files looked at together. */
const LOOK_AT_ONCE = 64;
/** Room for `~` and a number behind a name that had to be cut. */
const CUT_NAME_BYTES = MAX_PAGE_NAME_BYTES - 12;

/** A file as it was listed; its place in the list is its number. */
export interface ListedFile {
  readonly file: HeldFile;
  size: number;
  mtimeMs: number;
}

interface Pending {
  readonly number: number;
  readonly depth: number;
  readonly pathBytes: number;
  readonly folder: Pick<HeldFolder, 'children'>;
}

/**
 * Lists a selection as frames, folder by folder, and fills `files` in the order in which they are numbered.
 * What cannot be read is listed as that.
 */
export async function* listSelection(
  items: readonly HeldEntry[],
  files: ListedFile[],
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const batch = new Batch();
  const root = { children: () => Promise.resolve(items) };
  const pending: Pending[] = [{ number: 0, depth: 0, pathBytes: 0, folder: root }];
  let folders = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    batch.add({ kind: 'enter', folder: next.number });
    const names = new NamesOfFolder();
    let children: readonly HeldEntry[] = [];
    try {
      children = await next.folder.children();
    } catch (error) {
      batch.add({ kind: 'problem', name: names.take('*'), code: problemOf(error) });
    }
    for (let at = 0; at < children.length; at += LOOK_AT_ONCE) {
      const some = children.slice(at, at + LOOK_AT_ONCE);
      const looks = await Promise.all(some.map(look));
      for (const [index, entry] of some.entries()) {
        const name = names.take(entry.name);
        const found = looks[index];
        const depth = next.depth + 1;
        const pathBytes = next.pathBytes + name.length + 1;
        const isTooDeep = depth > MAX_PAGE_DEPTH || pathBytes > MAX_PAGE_PATH_BYTES;
        if (names.isCut(entry.name) || isTooDeep) {
          batch.add({ kind: 'problem', name, code: 'name-too-long' });
        } else if (entry.kind === 'folder') {
          folders += 1;
          pending.push({ number: folders, depth, pathBytes, folder: entry });
          batch.add({ kind: 'folder', name });
        } else if (typeof found === 'string' || found === undefined || found === null) {
          batch.add({ kind: 'problem', name, code: found ?? 'unreadable' });
        } else {
          files.push({ file: entry, ...found });
          batch.add({ kind: 'file', name, ...found });
        }
      }
      if (batch.isDue) yield batch.close();
    }
  }
  if (!batch.isEmpty) yield batch.close();
}

/** Records on their way into a frame. */
class Batch {
  #writer = new PageFrameWriter(PAGE_FRAME.listing);
  #records = 0;
  #beganMs = performance.now();

  add(record: PageRecord): void {
    writePageRecord(this.#writer, record);
    this.#records += 1;
  }

  get isEmpty(): boolean {
    return this.#records === 0;
  }

  get isDue(): boolean {
    if (this.#writer.length > FRAME_BYTES || this.#records > FRAME_RECORDS) return true;
    return performance.now() - this.#beganMs > FRAME_MS;
  }

  close(): Uint8Array<ArrayBuffer> {
    const frame = this.#writer.done();
    this.#writer = new PageFrameWriter(PAGE_FRAME.listing);
    this.#records = 0;
    this.#beganMs = performance.now();
    return frame;
  }
}

/**
 * Names of one folder as bytes, each once: a browser replaces what is not text, so two names may have become one,
 * and a name that is too long elsewhere is cut.
 */
class NamesOfFolder {
  readonly #encoder = new TextEncoder();
  readonly #used = new Set<string>();

  isCut(name: string): boolean {
    return this.#encoder.encode(name).length > MAX_PAGE_NAME_BYTES;
  }

  take(name: string): Uint8Array {
    let text = name.replaceAll(/[/\0]/g, '_').toWellFormed();
    if (text === '' || text === '.' || text === '..') text = '_';
    if (this.isCut(text)) text = this.#cut(text);
    const wanted = text;
    for (let number = 2; this.#used.has(text); number++) text = `${this.#cut(wanted)}~${number}`;
    this.#used.add(text);
    return this.#encoder.encode(text);
  }

  #cut(text: string): string {
    const characters = [...text];
    let length = 0;
    const kept = characters.findIndex((character) => {
      length += this.#encoder.encode(character).length;
      return length > CUT_NAME_BYTES;
    });
    return kept < 0 ? text : characters.slice(0, kept).join('');
  }
}

/** Size and time of a file, why it cannot be had, or null for a folder. */
async function look(entry: HeldEntry): Promise<{ size: number; mtimeMs: number } | PageProblemCode | null> {
  if (entry.kind === 'folder') return null;
  try {
    const { size, lastModified } = await entry.content('known');
    return { size, mtimeMs: Math.trunc(lastModified) };
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): PageProblemCode {
  return isGone(error) ? 'vanished' : 'unreadable';
}
