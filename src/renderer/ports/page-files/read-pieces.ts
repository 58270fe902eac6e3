import type { PageOutcome, PagePiece } from '../../../shared/page-frames.ts';
import { type HeldContent, type HeldSlice, isGone } from './held-entry.ts';
import type { ListedFile } from './list-selection.ts';
import type { ReadAhead } from './read-ahead.ts';

/** Files looked at together: each takes a turn of the browser, the first time. */
const LOOK_AT_ONCE = 64;
/** Pieces that are one read: a browser holds up the page for some milliseconds while it joins so many. */
const READ_TOGETHER = 64;
const VANISHED = { status: 'vanished' } as const;

/** Pieces as they came out; `contents` are the bytes of those that are `ok`, in order. */
export interface ReadPieces {
  readonly outcomes: readonly PageOutcome[];
  readonly contents: readonly Uint8Array[];
}

type Read = PageOutcome | Uint8Array;

/** A piece that can be read. */
interface Found {
  readonly piece: PagePiece;
  readonly listed: ListedFile;
  readonly content: HeldContent;
}

/** Reads pieces of listed files. Never rejects: what cannot be read is told so. */
export async function readPieces(
  pieces: readonly PagePiece[],
  files: readonly ListedFile[],
  ahead: ReadAhead,
): Promise<ReadPieces> {
  const looks: (Found | PageOutcome)[] = [];
  for (let at = 0; at < pieces.length; at += LOOK_AT_ONCE) {
    const some = pieces.slice(at, at + LOOK_AT_ONCE);
    looks.push(...(await Promise.all(some.map((piece) => look(piece, files[piece.file])))));
  }
  const found = looks.filter((one) => 'content' in one);
  const done: Read[] = [];
  for (let at = 0; at < found.length; at += READ_TOGETHER) {
    done.push(...(await readAll(found.slice(at, at + READ_TOGETHER), ahead)));
  }
  const read = done.values();
  const reads = looks.map((one) => ('content' in one ? (read.next().value ?? VANISHED) : one));
  return {
    outcomes: reads.map((one) => (one instanceof Uint8Array ? { status: 'ok' } : one)),
    contents: reads.filter((one) => one instanceof Uint8Array),
  };
}

/**
 * In one read if that can be: each costs a browser about a millisecond, however short it is. When it fails, nobody
 * says which piece is to blame: the halves are tried.
 */
async function readAll(found: readonly Found[], ahead: ReadAhead): Promise<readonly Read[]> {
  const [first] = found;
  if (first === undefined) return [];
  if (found.length === 1) return [await readOne(first, ahead)];
  const together = await readTogether(found);
  if (together !== null) return together;
  const half = found.length >> 1;
  const halves = await Promise.all([readAll(found.slice(0, half), ahead), readAll(found.slice(half), ahead)]);
  return halves.flat();
}

/** Null when not every byte of every piece came. */
async function readTogether(found: readonly Found[]): Promise<readonly Uint8Array[] | null> {
  const parts = found.map(sliceOf).filter((slice) => slice instanceof Blob);
  if (parts.length < found.length) return null;
  try {
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    let end = 0;
    const contents = found.map(({ piece }) => bytes.subarray(end, (end += piece.length)));
    return bytes.length === end ? contents : null;
  } catch {
    return null;
  }
}

async function readOne(found: Found, ahead: ReadAhead): Promise<Read> {
  const { piece, listed, content } = found;
  try {
    const known = await ahead.read(content, piece.offset, piece.length);
    const bytes = known ?? new Uint8Array(await sliceOf(found).arrayBuffer());
    return bytes.length === piece.length ? bytes : await lookAgain(listed, content);
  } catch (error) {
    return await whyNot(error, listed, content);
  }
}

/** Finds a piece without reading it. */
async function look(piece: PagePiece, listed: ListedFile | undefined): Promise<Found | PageOutcome> {
  if (listed === undefined) return { status: 'vanished' };
  try {
    const content = await listed.file.content('known');
    if (!isAsListed(content, listed)) return changed(content, listed);
    return { piece, listed, content };
  } catch (error) {
    return await whyNot(error, listed, null);
  }
}

/** A slice is one more thing that the browser has to keep; most files of a run are wanted whole. */
function sliceOf({ content, piece }: Found): HeldSlice {
  const { offset, length } = piece;
  if (content instanceof Blob && offset === 0 && length === content.size) return content;
  return content.slice(offset, offset + length);
}

async function whyNot(error: unknown, listed: ListedFile, held: HeldContent | null): Promise<PageOutcome> {
  return isGone(error) ? { status: 'vanished' } : await lookAgain(listed, held);
}

/**
 * A browser refuses to read a file that is not as it was when it was looked at: what is it now? Compared with what
 * could not be read: another piece of the same file may have found out meanwhile that it has changed.
 */
async function lookAgain(listed: ListedFile, held: HeldContent | null): Promise<PageOutcome> {
  try {
    const now = await listed.file.content('now');
    const isOther = held !== null && (now.size !== held.size || now.lastModified !== held.lastModified);
    return isAsListed(now, listed) && !isOther ? { status: 'unreadable' } : changed(now, listed);
  } catch (error) {
    return isGone(error) ? { status: 'vanished' } : { status: 'unreadable' };
  }
}

function isAsListed({ size, lastModified }: HeldContent, listed: ListedFile): boolean {
  return size === listed.size && Math.trunc(lastModified) === listed.mtimeMs;
}

function changed({ size, lastModified }: HeldContent, listed: ListedFile): PageOutcome {
  listed.size = size;
  listed.mtimeMs = Math.trunc(lastModified);
  return { status: 'changed', size, mtimeMs: listed.mtimeMs };
}
