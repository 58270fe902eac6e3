import { describe, expect, test } from 'vitest';
import {
  MAX_LISTING_FRAME_BYTES,
  MAX_PAGE_DEPTH,
  type PageRecord,
  readPageRecords,
} from '../../../shared/page-frames.ts';
import { collectDropped } from './collect-dropped.ts';
import type { HeldContent, HeldEntry } from './held-entry.ts';
import { type ListedFile, listSelection } from './list-selection.ts';
import { ReadAhead } from './read-ahead.ts';
import { readPieces } from './read-pieces.ts';
import { type DropTree, dropOf } from './testing/fake-drop.ts';

const text = new TextDecoder();

async function list(items: readonly HeldEntry[]) {
  const files: ListedFile[] = [];
  const frames: Uint8Array[] = [];
  for await (const frame of listSelection(items, files)) frames.push(frame);
  const records = frames.flatMap(readPageRecords);
  return { files, frames, records, lines: records.map(show) };
}

function show(record: PageRecord): string {
  if (record.kind === 'enter') return `enter ${record.folder}`;
  const name = text.decode(record.name);
  return record.kind === 'problem' ? `${record.code} ${name}` : `${record.kind} ${name}`;
}

const file = (name: string): HeldEntry => ({
  kind: 'file',
  name,
  content: () => Promise.resolve(new File(['x'], name)),
});

describe('a listing', () => {
  test('numbers files and folders as they come', async () => {
    const selection = collectDropped(dropOf({ a: { x: '1', sub: { y: '22' } }, b: '333', none: {} }));
    const { lines, files, records } = await list(selection.items);
    expect(lines).toEqual([
      ...['enter 0', 'folder a', 'file b', 'folder none', 'enter 2', 'enter 1'],
      ...['file x', 'folder sub', 'enter 3', 'file y'],
    ]);
    expect(files.map(({ file: { name } }) => name)).toEqual(['b', 'x', 'y']);
    expect(records[2]).toMatchObject({ size: 3, mtimeMs: 1_700_000_000_123 });
  });

  test('says what cannot be read, is gone, or cannot be named', async () => {
    const gone = { ...file('gone'), content: () => Promise.reject(new DOMException('', 'NotFoundError')) };
    const broken = { ...file('broken'), content: () => Promise.reject(new Error('no')) };
    const locked = {
      kind: 'folder',
      name: 'locked',
      children: () => Promise.reject(new Error('no')),
    } as const;
    const { lines } = await list([
      gone,
      broken,
      locked,
      file('ä'.repeat(150)),
      file('\uD800'),
      file('\uDBFF'),
    ]);
    expect(lines).toEqual([
      ...['enter 0', 'vanished gone', 'unreadable broken', 'folder locked'],
      ...[`name-too-long ${'ä'.repeat(121)}`, 'file \uFFFD', 'file \uFFFD~2', 'enter 1', 'unreadable *'],
    ]);
  });

  test('is many frames of a size that is taken, and not deeper than is taken', async () => {
    const wide = Object.fromEntries(
      Array.from({ length: 9_000 }, (_, index) => [`${'n'.repeat(200)}${index}`, '']),
    );
    let deep: DropTree = {};
    for (let depth = 0; depth < MAX_PAGE_DEPTH + 5; depth++) deep = { d: deep };
    const { frames, lines } = await list(collectDropped(dropOf({ wide, deep })).items);
    expect(frames.length).toBeGreaterThan(10);
    expect(Math.max(...frames.map(({ length }) => length))).toBeLessThan(MAX_LISTING_FRAME_BYTES);
    expect(lines.filter((line) => line.startsWith('file '))).toHaveLength(9_000);
    expect(lines.filter((line) => line === 'folder d')).toHaveLength(MAX_PAGE_DEPTH - 1);
    expect(lines.filter((line) => line === 'name-too-long d')).toHaveLength(1);
  });
});

describe('reading', () => {
  const listedAs = (content: () => Promise<HeldContent>, now = content): ListedFile => ({
    file: { kind: 'file', name: 'f', content: (from) => (from === 'now' ? now() : content()) },
    size: 3,
    mtimeMs: 5,
  });
  const of = (bytes: string, lastModified = 5) => Promise.resolve(new File([bytes], 'f', { lastModified }));
  const failing = (name: string): Promise<HeldContent> =>
    of('abc').then((content) => ({
      size: content.size,
      lastModified: 5,
      slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('', name)) }),
    }));
  const piece = { file: 0, offset: 1, length: 2 };
  const read = async (listed: ListedFile) =>
    (await readPieces([piece], [listed], new ReadAhead())).outcomes[0];

  test('gives exactly the piece', async () => {
    const { outcomes, contents } = await readPieces(
      [piece, { ...piece, file: 9 }],
      [listedAs(() => of('abc'))],
      new ReadAhead(),
    );
    expect(outcomes).toEqual([{ status: 'ok' }, { status: 'vanished' }]);
    expect(contents.map((content) => text.decode(content))).toEqual(['bc']);
  });

  const names = Array.from({ length: 150 }, (_, index) => `${index}`);
  const whole = names.map((_, index) => ({ file: index, offset: 0, length: 3 }));

  test('gives many small files at once, in their order', async () => {
    const files = names.map((name) => listedAs(() => of(name.padStart(3, '0'))));
    let reads = 0;
    const { arrayBuffer } = Blob.prototype;
    Blob.prototype.arrayBuffer = function () {
      reads += 1;
      return Reflect.apply(arrayBuffer, this, []);
    };
    const { outcomes, contents } = await readPieces(whole, files, new ReadAhead());
    Blob.prototype.arrayBuffer = arrayBuffer;
    expect(outcomes).toEqual(names.map(() => ({ status: 'ok' })));
    expect(contents.map((content) => text.decode(content))).toEqual(
      names.map((name) => name.padStart(3, '0')),
    );
    expect(reads).toBe(3);
  });

  test('finds the ones to blame among many', async () => {
    const short = () => of('abc').then((content) => Object.assign(content, { slice: () => new Blob(['a']) }));
    const files = names.map((_, index) => {
      if (index === 7) return listedAs(() => of('abc', 6));
      if (index === 70) return listedAs(() => failing('NotFoundError'));
      return listedAs(() => (index === 100 ? short() : of('abc')));
    });
    const { outcomes, contents } = await readPieces(
      whole.map((one) => (one.file === 100 ? { ...one, offset: 1, length: 2 } : one)),
      files,
      new ReadAhead(),
    );
    const odd = outcomes.flatMap((outcome, index) => (outcome.status === 'ok' ? [] : [[index, outcome]]));
    expect(odd).toEqual([
      [7, { status: 'changed', size: 3, mtimeMs: 6 }],
      [70, { status: 'vanished' }],
      [100, { status: 'unreadable' }],
    ]);
    expect(contents.map((content) => text.decode(content))).toEqual(Array(147).fill('abc'));
  });

  test('tells what a file is now when it is not as it was listed', async () => {
    const changed = { status: 'changed', size: 4, mtimeMs: 6 };
    expect(await read(listedAs(() => of('abcd', 6)))).toEqual(changed);
    expect(
      await read(
        listedAs(
          () => failing('NotReadableError'),
          () => of('abcd', 6),
        ),
      ),
    ).toEqual(changed);
    expect(await read(listedAs(() => failing('NotReadableError')))).toEqual({ status: 'unreadable' });
    expect(await read(listedAs(() => failing('NotFoundError')))).toEqual({ status: 'vanished' });
    const gone = () => Promise.reject(new DOMException('', 'NotFoundError'));
    expect(await read(listedAs(() => failing('NotReadableError'), gone))).toEqual({ status: 'vanished' });
  });

  test('a browser that gives less than it said is not believed', async () => {
    const short = listedAs(() =>
      of('abc').then((content) => ({
        size: content.size,
        lastModified: 5,
        slice: () => ({ arrayBuffer: () => Promise.resolve(new ArrayBuffer(1)) }),
      })),
    );
    expect(await read(short)).toEqual({ status: 'unreadable' });
  });
});
