import { Failure } from './failure.ts';

/**
 * Frames between a page in a browser that holds files and the web worker that passes them on: binary messages of
 * a WebSocket, numbers big-endian. docs/page-files.md is the specification. No packages, nothing of Node, nothing
 * of the DOM: both ends and the data worker read it.
 */

/** First byte of a frame. */
export const PAGE_FRAME = {
  /** Page: records of its listing. */
  listing: 1,
  /** Page: there is no more. */
  listingEnd: 2,
  /** Page: what was asked for. */
  answer: 3,
  /** Web worker: pieces of files that are wanted. */
  want: 16,
  /** Web worker: one listing frame has been taken; a page has at most MAX_UNTAKEN_LISTINGS under way. */
  taken: 17,
} as const;

/** Content of one answer together; a block of the wire. */
export const MAX_ANSWER_BYTES = 1024 * 1024;
/** Pieces of one want; a run of the wire. */
export const MAX_PIECES = 1024;
/** One frame of a listing: some thousand records. */
export const MAX_LISTING_FRAME_BYTES = 256 * 1024;
/** Listing frames on their way at once: what a page may have unsent in its memory. */
export const MAX_UNTAKEN_LISTINGS = 8;
/** Largest message a page may send: content, and for each piece how it came out. */
export const MAX_PAGE_FRAME_BYTES = MAX_ANSWER_BYTES + 32 * 1024;
/** Files and folders of one selection: bounds what the source remembers of it (about 200 bytes each). */
export const MAX_PAGE_ENTRIES = 2_000_000;
/** Folders inside folders. */
export const MAX_PAGE_DEPTH = 256;
/** A name in UTF-8: the limit of every common file system here. */
export const MAX_PAGE_NAME_BYTES = 255;
/** A whole path in UTF-8, with its slashes. */
export const MAX_PAGE_PATH_BYTES = 16_384;

/** How the WebSocket is closed. 1000 says that all jobs have ended. */
export const PAGE_CLOSE = {
  done: 1000,
  /** The page broke the rules; the reason of the close says which. */
  misbehaved: 4400,
  /** The page owed an answer and gave none for long. */
  silent: 4408,
  /** Another page has taken over. */
  replaced: 4409,
  /** The device is stopping. */
  ended: 1001,
} as const;

/** Why a page cannot list something. */
export const PAGE_PROBLEMS = ['unreadable', 'name-too-long', 'vanished'] as const;
export type PageProblemCode = (typeof PAGE_PROBLEMS)[number];

/** `name` is exact UTF-8 bytes. Files and folders are numbered as they are listed; the selection is folder 0. */
export type PageRecord =
  | { readonly kind: 'enter'; readonly folder: number }
  | { readonly kind: 'folder'; readonly name: Uint8Array }
  | { readonly kind: 'file'; readonly name: Uint8Array; readonly size: number; readonly mtimeMs: number }
  | { readonly kind: 'problem'; readonly name: Uint8Array; readonly code: PageProblemCode };

const RECORDS = { enter: 0, folder: 1, file: 2, problem: 3 } as const;

/** A part of a file that is asked for: at most MAX_ANSWER_BYTES, never empty. */
export interface PagePiece {
  /** Its number in the page's listing. */
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

/** How a piece came out; the bytes of those that are `ok` follow each other in the answer. */
export type PageOutcome =
  | { readonly status: 'ok' }
  /** The file is another one now, of this size and time. */
  | { readonly status: 'changed'; readonly size: number; readonly mtimeMs: number }
  | { readonly status: 'vanished' }
  | { readonly status: 'unreadable' };

const OUTCOMES = { ok: 0, changed: 1, vanished: 2, unreadable: 3 } as const;

export interface PageAnswer {
  readonly outcomes: readonly PageOutcome[];
  /** A view into the frame. */
  readonly content: Uint8Array;
}

function bad(reason: string): Failure {
  return new Failure('peer-misbehaved', { reason });
}

/** Builds one frame in memory that grows. */
export class PageFrameWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  constructor(kind: number) {
    this.u8(kind);
  }

  #room(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#room(2);
    this.#view.setUint16(at, value);
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value);
  }

  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value);
  }

  bytes(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** The frame, in memory of its own. */
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }
}

/** Reads one frame; every step is checked. */
class PageFrameReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, kind: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = 1;
    if (bytes.length === 0 || bytes[0] !== kind) throw bad('wrong frame');
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(count: number): number {
    if (count > this.left) throw bad('frame cut short');
    const at = this.#at;
    this.#at += count;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  /** A count of bytes: whole, not negative, exact. */
  size(): number {
    const value = this.#view.getFloat64(this.#take(8));
    if (!Number.isSafeInteger(value) || value < 0) throw bad('size');
    return value;
  }

  /** Unix ms; years that no file system knows are refused. */
  timeMs(): number {
    const value = this.#view.getFloat64(this.#take(8));
    if (!Number.isSafeInteger(value) || Math.abs(value) > 8.64e15) throw bad('time');
    return value;
  }

  bytes(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  rest(): Uint8Array {
    return this.bytes(this.left);
  }
}

/** Appends one record to a listing frame. */
export function writePageRecord(into: PageFrameWriter, record: PageRecord): void {
  into.u8(RECORDS[record.kind]);
  if (record.kind === 'enter') {
    into.u32(record.folder);
    return;
  }
  into.u8(record.name.length);
  into.bytes(record.name);
  if (record.kind === 'file') {
    into.f64(record.size);
    into.f64(record.mtimeMs);
  } else if (record.kind === 'problem') {
    into.u8(PAGE_PROBLEMS.indexOf(record.code));
  }
}

/** All records of a listing frame. @throws Failure `peer-misbehaved`. */
export function readPageRecords(frame: Uint8Array): PageRecord[] {
  const reader = new PageFrameReader(frame, PAGE_FRAME.listing);
  const records: PageRecord[] = [];
  while (reader.left > 0) records.push(readRecord(reader));
  return records;
}

function readRecord(reader: PageFrameReader): PageRecord {
  const kind = reader.u8();
  switch (kind) {
    case RECORDS.enter:
      return { kind: 'enter', folder: reader.u32() };
    case RECORDS.folder:
      return { kind: 'folder', name: readName(reader) };
    case RECORDS.file:
      return { kind: 'file', name: readName(reader), size: reader.size(), mtimeMs: reader.timeMs() };
    case RECORDS.problem: {
      const name = readName(reader);
      const code = PAGE_PROBLEMS[reader.u8()];
      if (code === undefined) throw bad('problem');
      return { kind: 'problem', name, code };
    }
    default:
      throw bad('unknown record');
  }
}

const SLASH = 0x2f;
const DOT = 0x2e;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One component of a path: never empty, `.`, `..`, with a slash or NUL, and always UTF-8. */
function readName(reader: PageFrameReader): Uint8Array {
  const name = reader.bytes(reader.u8());
  const isDots = name.every((byte) => byte === DOT) && name.length <= 2;
  if (isDots || name.includes(SLASH) || name.includes(0)) throw bad('bad name');
  try {
    strictUtf8.decode(name);
  } catch {
    throw bad('bad name');
  }
  return name;
}

/** @throws Failure `internal` when it asks for more than one answer may hold. */
export function encodeWant(id: number, pieces: readonly PagePiece[]): Uint8Array<ArrayBuffer> {
  const writer = new PageFrameWriter(PAGE_FRAME.want);
  writer.u32(id);
  writer.u16(pieces.length);
  for (const { file, offset, length } of pieces) {
    writer.u32(file);
    writer.f64(offset);
    writer.u32(length);
  }
  return writer.done();
}

/** @throws Failure `peer-misbehaved`, also for a want that no answer could hold. */
export function decodeWant(frame: Uint8Array): {
  readonly id: number;
  readonly pieces: readonly PagePiece[];
} {
  const reader = new PageFrameReader(frame, PAGE_FRAME.want);
  const id = reader.u32();
  const pieces: PagePiece[] = [];
  let total = 0;
  for (let left = reader.u16(); left > 0; left--) {
    const piece = { file: reader.u32(), offset: reader.size(), length: reader.u32() };
    total += piece.length;
    pieces.push(piece);
  }
  if (reader.left > 0 || pieces.length > MAX_PIECES || total > MAX_ANSWER_BYTES) throw bad('want');
  return { id, pieces };
}

/**
 * The answer to want `id`; `contents` are the bytes of the pieces that are `ok`, in order. `room` gives the memory
 * for it, exactly as many bytes as it is asked for.
 */
export function encodeAnswer(
  id: number,
  outcomes: readonly PageOutcome[],
  contents: readonly Uint8Array[],
  room: (bytes: number) => Uint8Array<ArrayBuffer> = (bytes) => new Uint8Array(bytes),
): Uint8Array<ArrayBuffer> {
  const writer = new PageFrameWriter(PAGE_FRAME.answer);
  writer.u32(id);
  for (const outcome of outcomes) {
    writer.u8(OUTCOMES[outcome.status]);
    if (outcome.status !== 'changed') continue;
    writer.f64(outcome.size);
    writer.f64(outcome.mtimeMs);
  }
  const head = writer.done();
  let total = head.length;
  for (const content of contents) total += content.length;
  const frame = room(total);
  frame.set(head);
  let at = head.length;
  for (const content of contents) {
    frame.set(content, at);
    at += content.length;
  }
  return frame;
}

/** Which want a frame answers. @throws Failure `peer-misbehaved`. */
export function answerId(frame: Uint8Array): number {
  return new PageFrameReader(frame, PAGE_FRAME.answer).u32();
}

/** Gives an answer another id, in place. */
export function renumberAnswer(frame: Uint8Array, id: number): void {
  new DataView(frame.buffer, frame.byteOffset).setUint32(1, id);
}

/** The answer to `pieces`. @throws Failure `peer-misbehaved`, also when there is more or less content than asked for. */
export function decodeAnswer(frame: Uint8Array, pieces: readonly PagePiece[]): PageAnswer {
  const reader = new PageFrameReader(frame, PAGE_FRAME.answer);
  reader.u32();
  const outcomes: PageOutcome[] = [];
  let total = 0;
  for (const { length } of pieces) {
    const outcome = readOutcome(reader);
    if (outcome.status === 'ok') total += length;
    outcomes.push(outcome);
  }
  const content = reader.rest();
  if (content.length !== total) throw bad('lying size');
  return { outcomes, content };
}

function readOutcome(reader: PageFrameReader): PageOutcome {
  const status = reader.u8();
  switch (status) {
    case OUTCOMES.ok:
      return { status: 'ok' };
    case OUTCOMES.changed:
      return { status: 'changed', size: reader.size(), mtimeMs: reader.timeMs() };
    case OUTCOMES.vanished:
      return { status: 'vanished' };
    case OUTCOMES.unreadable:
      return { status: 'unreadable' };
    default:
      throw bad('unknown outcome');
  }
}
