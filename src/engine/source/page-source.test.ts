import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  encodeAnswer,
  MAX_PAGE_DEPTH,
  PAGE_FRAME,
  PageFrameWriter,
  type PageRecord,
} from '../../shared/page-frames.ts';
import { FileHasher } from '../wire/block-hash.ts';
import { fromText } from '../wire/byte-name.ts';
import type { ListingRecord } from '../wire/listing-page.ts';
import { versionOf } from './page-cursor.ts';
import { PageSource } from './page-source.ts';
import type { PageItem } from './page-tree.ts';
import { LATER, type StageTimer } from './source.ts';
import { enter, FakePage, file, folder, listingFrame, problem } from './testing/fake-page.ts';

const MTIME_MS = 1_700_000_000_123;
const never = new AbortController().signal;
const timer: StageTimer = { since: () => performance.now() };
const items: readonly PageItem[] = [
  { name: fromText('tree'), type: 'folder' },
  { name: fromText('note'), type: 'file' },
];

function open(chosen = items) {
  const told: boolean[] = [];
  const source = new PageSource(chosen, (isThere) => told.push(isThere));
  onTestFinished(() => source.close());
  return { source, told };
}

function attach(source: PageSource): FakePage {
  const page = new FakePage();
  source.attach(page.port);
  return page;
}

/** Everything that can be listed now; `later` or the end is the last. */
function take(records: ReturnType<PageSource['records']>): string[] {
  const taken: string[] = [];
  for (;;) {
    const next = records.next();
    if (next.done === true) return [...taken, 'end'];
    if (next.value === LATER) return [...taken, LATER];
    taken.push(show(next.value));
  }
}

function show(record: ListingRecord): string {
  if (record.kind === 'enter') return `enter ${record.folder}`;
  return `${record.kind} ${Buffer.from(record.name, 'latin1').toString('utf8')}`;
}

const want = (path: readonly string[], size: number, mtimeMs = MTIME_MS) => ({
  path: path.map(fromText),
  version: versionOf({ size, mtimeMs }),
  offset: 0,
  length: size,
});

async function read(source: PageSource, path: readonly string[], size: number, signal = never) {
  const into = Buffer.alloc(size);
  const outcome = await source.readBlock(want(path, size), into, timer, signal);
  return outcome.status === 'ok' ? into.toString() : outcome;
}

const TREE = [enter(0), folder('tree'), file('note', 5), enter(1), file('b', 3), folder('a'), enter(2)];

describe('the listing', () => {
  test('comes in byte order, folder by folder, as far as the page has come', async () => {
    const { source, told } = open();
    const records = source.records();
    expect(take(records)).toEqual([LATER]);
    expect(source.isAway).toBe(true);
    let news = 0;
    source.watch(() => (news += 1));
    const page = attach(source);
    expect(source.isAway).toBe(false);
    page.list(enter(0), folder('tree'), file('note', 5));
    page.list(enter(1), file('zö', 1), file('z\uFFFD', 1));
    await vi.waitFor(() => expect(news).toBe(3));
    expect(take(records)).toEqual(['enter 0', 'file note', 'folder tree', LATER]);
    page.list(file('a', 1), folder('\u{1F600}'), enter(2), problem('x', 'unreadable'));
    page.endListing();
    await vi.waitFor(() => expect(news).toBe(5));
    // As UTF-8, not as UTF-16: the emoji is last.
    expect(take(records)).toEqual([
      ...['enter 1', 'file a', 'file zö', 'file z\uFFFD', 'folder \u{1F600}'],
      ...['enter 2', 'problem x', 'end'],
    ]);
    expect(told).toEqual([true]);
  });

  test('says what was agreed on and is not there', async () => {
    const { source } = open();
    const records = source.records();
    const page = attach(source);
    page.list(enter(0), file('note', 5));
    page.endListing();
    await vi.waitFor(() => expect(take(records)).toEqual(['enter 0', 'file note', 'problem tree', 'end']));
  });

  test('of a page that comes back goes on where it was, and begins anew for another reader', async () => {
    const { source, told } = open();
    const records = source.records();
    const first = attach(source);
    first.list(enter(0), folder('tree'), file('note', 5), enter(1), file('half', 1));
    await vi.waitFor(() => expect(take(records)).toEqual(['enter 0', 'file note', 'folder tree', LATER]));
    first.leave();
    await vi.waitFor(() => expect(source.isAway).toBe(true));
    const second = attach(source);
    second.list(...TREE, file('deep', 1));
    second.endListing();
    await vi.waitFor(() =>
      expect(take(records)).toEqual(['enter 1', 'folder a', 'file b', 'enter 2', 'file deep', 'end']),
    );
    expect(take(source.records())).toHaveLength(9);
    expect(told).toEqual([true, false, true]);
  });

  test('is not stopped by folders that the page does not have any more', async () => {
    const { source } = open();
    const records = source.records();
    const first = attach(source);
    first.list(enter(0), folder('tree'), file('note', 5), enter(1), folder('a'), enter(2));
    await vi.waitFor(() => expect(take(records)).toContain('folder a'));
    first.leave();
    await vi.waitFor(() => expect(source.isAway).toBe(true));
    const second = attach(source);
    second.list(enter(0), file('note', 5));
    second.endListing();
    await vi.waitFor(() => expect(take(records)).toEqual(['enter 2', 'end']));
    expect(await read(source, ['tree', 'a', 'x'], 1)).toEqual({ status: 'vanished' });
  });
});

describe('reading', () => {
  test('asks for pieces by number, in one want for a run', async () => {
    const { source } = open();
    const page = attach(source);
    page.answer = ({ file: number, length }) => Buffer.alloc(length, String(number));
    page.list(...TREE, file('deep', 4), file('empty', 0));
    page.endListing();
    expect(await read(source, ['note'], 5)).toBe('00000');
    const into = Buffer.alloc(20);
    const groups = [
      { folder: [fromText('tree')], files: [{ name: fromText('b'), version: want([], 3).version }] },
      {
        folder: [fromText('tree'), fromText('a')],
        files: ['deep', 'empty', 'none'].map((name) => ({
          name: fromText(name),
          version: want([], name === 'deep' ? 4 : 0).version,
        })),
      },
    ];
    const run = await source.readRun(groups, into, timer, never);
    expect(run.outcomes).toEqual([
      { status: 'ok', length: 3 },
      { status: 'ok', length: 4 },
      { status: 'ok', length: 0 },
      { status: 'vanished' },
    ]);
    expect(into.subarray(0, run.length).toString()).toBe('1112222');
    expect(page.wants).toHaveLength(2);
    const hash = await source.hashFile(want(['note'], 5), timer, never);
    const hasher = new FileHasher();
    hasher.addBlock(Buffer.from('00000'));
    expect(hash).toEqual({ hash: hasher.digest() });
  });

  test('waits for the page, survives its going, and takes the numbers of the next one', async () => {
    const { source } = open();
    const waiting = read(source, ['note'], 5);
    const first = attach(source);
    first.list(enter(0), folder('tree'), file('note', 5), enter(1));
    await vi.waitFor(() => expect(first.wants).toHaveLength(1));
    first.leave();
    await vi.waitFor(() => expect(source.isAway).toBe(true));
    const second = attach(source);
    second.answer = ({ file: number }) => Buffer.alloc(5, String(number));
    second.list(enter(0), folder('tree'), enter(1), file('x', 1));
    second.endListing();
    expect(await waiting).toEqual({ status: 'vanished' });
    const third = attach(source);
    third.answer = second.answer;
    const again = read(source, ['note'], 5);
    third.list(enter(0), folder('tree'), enter(1), file('x', 1));
    await vi.waitFor(() => expect(second.said).toContainEqual({ kind: 'replaced' }));
    third.post({ kind: 'listing', frame: listingFrame([]).buffer });
    third.endListing();
    expect(await again).toEqual({ status: 'vanished' });
  });

  test('an abort ends what waits for a page', async () => {
    const { source } = open();
    const stop = new AbortController();
    const waiting = read(source, ['note'], 5, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    const closing = read(source, ['note'], 5);
    source.close();
    await expect(closing).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('tells what became of a file, and believes it from then on', async () => {
    const { source } = open();
    const page = attach(source);
    page.list(enter(0), folder('tree'), file('note', 5), enter(1), file('b', 3), file('c', 3));
    page.endListing();
    page.answer = () => ({ status: 'changed', size: 7, mtimeMs: MTIME_MS + 1 });
    const changed = {
      status: 'changed',
      version: versionOf({ size: 7, mtimeMs: MTIME_MS + 1 }),
      mode: 0o644,
    };
    expect(await read(source, ['note'], 5)).toEqual(changed);
    expect(await read(source, ['note'], 5)).toEqual(changed);
    expect(page.wants).toHaveLength(1);
    page.answer = () => ({ status: 'vanished' });
    expect(await read(source, ['tree', 'b'], 3)).toEqual({ status: 'vanished' });
    page.answer = () => ({ status: 'unreadable' });
    expect(await read(source, ['tree', 'c'], 3)).toEqual({ status: 'unreadable', reason: 'NOT_READABLE' });
  });
});

describe('a page that breaks the rules is sent away, and the job waits', () => {
  const deep = (depth: number): PageRecord[] => [
    ...[enter(0), folder('tree'), file('note', 5)],
    ...Array.from({ length: depth }, (_, index) => [enter(index + 1), folder('x')]).flat(),
  ];
  const listings: Readonly<Record<string, readonly PageRecord[]>> = {
    'not offered': [enter(0), file('other', 1)],
    'offered as a folder': [enter(0), file('tree', 1)],
    'listed twice': [...TREE, file('x', 1), file('x', 2)],
    'a file and a folder of one name': [...TREE, file('x', 1), folder('x')],
    'no folder entered': [file('note', 1)],
    'an unknown folder': [enter(0), enter(1)],
    'a folder twice': [...TREE, enter(1)],
    'too deep': deep(MAX_PAGE_DEPTH),
    'sizes that cannot be': [...TREE, file('x', Number.MAX_SAFE_INTEGER), file('y', Number.MAX_SAFE_INTEGER)],
  };
  const frames: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
    'dot dot': named('..'),
    dot: named('.'),
    'no name': named(''),
    'a slash': named('a/b'),
    NUL: named('a\0b'),
    'not UTF-8': raw([1, 1, 0xff]),
    'cut short': raw([2, 4, 97]),
    'unknown record': raw([9]),
    'a size below zero': sized(-1),
    'a size that is no number': sized(Number.NaN),
  };

  function named(name: string): Uint8Array<ArrayBuffer> {
    const bytes = new TextEncoder().encode(name);
    return raw([1, bytes.length, ...bytes]);
  }

  function raw(bytes: readonly number[]): Uint8Array<ArrayBuffer> {
    const head = listingFrame(TREE);
    return new Uint8Array([...head, ...bytes]);
  }

  function sized(size: number): Uint8Array<ArrayBuffer> {
    const writer = new PageFrameWriter(PAGE_FRAME.listing);
    writer.bytes(raw([2, 1, 97]).subarray(1));
    writer.f64(size);
    writer.f64(0);
    return writer.done();
  }

  async function expectSentAway(break_: (page: FakePage) => void): Promise<void> {
    const { source, told } = open();
    const page = attach(source);
    break_(page);
    await vi.waitFor(() =>
      expect(page.said).toContainEqual({ kind: 'misbehaved', reason: expect.anything() }),
    );
    expect(source.isAway).toBe(true);
    expect(told).toEqual([true, false]);
    const honest = attach(source);
    honest.answer = ({ length }) => Buffer.alloc(length, 'y');
    honest.list(...TREE);
    honest.endListing();
    expect(await read(source, ['note'], 5)).toBe('yyyyy');
  }

  for (const [what, records] of Object.entries(listings)) {
    test(`a listing with ${what}`, () => expectSentAway((page) => page.list(...records)));
  }

  for (const [what, frame] of Object.entries(frames)) {
    test(`a name or number: ${what}`, () =>
      expectSentAway((page) => page.post({ kind: 'listing', frame: frame.buffer })));
  }

  test('a listing that leaves out a folder, and one that goes on', async () => {
    await expectSentAway((page) => {
      page.list(enter(0), folder('tree'), file('note', 5));
      page.endListing();
    });
    await expectSentAway((page) => {
      page.list(...TREE);
      page.endListing();
      page.list(enter(1));
    });
  });

  test('an answer that nobody asked for, or of another length', async () => {
    await expectSentAway((page) =>
      page.post({ kind: 'answer', frame: encodeAnswer(7, [{ status: 'ok' }], [Buffer.alloc(1)]).buffer }),
    );
    const { source } = open();
    const page = attach(source);
    page.answer = ({ length }) => Buffer.alloc(length + 1);
    page.list(...TREE);
    const waiting = read(source, ['note'], 5);
    await vi.waitFor(() => expect(page.said).toContainEqual({ kind: 'misbehaved', reason: 'lying size' }));
    expect(source.isAway).toBe(true);
    source.close();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  });
});
