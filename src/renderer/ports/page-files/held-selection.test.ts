import { describe, expect, test } from 'vitest';
import { collectDropped } from './collect-dropped.ts';
import { collectPicked } from './collect-picked.ts';
import type { HeldEntry } from './held-entry.ts';
import { type DropTree, dropOf } from './testing/fake-drop.ts';

const never = new AbortController().signal;

/** Names with what is in them, sizes of files. */
async function structure(entries: readonly HeldEntry[]): Promise<unknown> {
  const shown: Record<string, unknown> = {};
  for (const entry of entries) {
    shown[entry.name] =
      entry.kind === 'file' ? (await entry.content('known')).size : await structure(await entry.children());
  }
  return shown;
}

describe('what is dropped', () => {
  const tree: DropTree = {
    photos: { 'a.jpg': 'aaa', deep: { deeper: { x: 'x' } }, empty: {} },
    note: 'text',
  };

  test('keeps its structure, also where a reader gives a few entries at a time', async () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`f${index}`, 'x']));
    const selection = collectDropped(dropOf({ ...tree, many }));
    expect(await structure(selection.items)).toEqual({
      photos: { 'a.jpg': 3, deep: { deeper: { x: 1 } }, empty: {} },
      note: 4,
      many: Object.fromEntries(Object.keys(many).map((name) => [name, 1])),
    });
    expect(selection.warnings).toEqual({ links: 'unknown', modes: 'lost', emptyFolders: 'kept' });
  });

  test('is counted as it goes, and can be sent before that', async () => {
    const selection = collectDropped(dropOf({ ...tree, 'odd \uFFFD': 'x', broken: new Error('no') }));
    expect(selection.toPageSelection()).toMatchObject({ files: 0, bytes: 0 });
    const told: number[] = [];
    const count = await selection.count(({ files }) => told.push(files), never);
    expect(count).toEqual({ files: 4, folders: 5, bytes: 9, oddNames: 1, unreadable: 1, complete: true });
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(selection.toPageSelection()).toEqual({
      items: [
        { name: 'photos', type: 'folder' },
        { name: 'note', type: 'file' },
        { name: 'odd \uFFFD', type: 'file' },
        { name: 'broken', type: 'folder' },
      ],
      files: 4,
      bytes: 9,
    });
  });

  test('stops counting when nobody wants to know any more', async () => {
    const stop = new AbortController();
    const count = await collectDropped(dropOf(tree)).count(() => stop.abort(), stop.signal);
    expect(count).toMatchObject({ complete: false });
  });

  test('must be something: text is nothing, and a file without an entry is itself', () => {
    const text = { kind: 'string', webkitGetAsEntry: () => null, getAsFile: () => null };
    expect(() => collectDropped({ items: [text] })).toThrow(/usage/);
    const file = { ...text, kind: 'file', getAsFile: () => new File(['x'], 'pasted.png') };
    expect(collectDropped({ items: [text, file] }).items.map(({ name }) => name)).toEqual(['pasted.png']);
  });
});

describe('what is picked', () => {
  const picked = (path: string, content = path) => {
    const file = new File([content], path.split('/').at(-1) ?? '');
    return Object.defineProperty(file, 'webkitRelativePath', { value: path.includes('/') ? path : '' });
  };

  test('gets its structure from the relative paths', async () => {
    const selection = collectPicked([
      picked('top/a', '1'),
      picked('top/b/c', '22'),
      picked('top/b/d/e', '333'),
    ]);
    expect(await structure(selection.items)).toEqual({ top: { a: 1, b: { c: 2, d: { e: 3 } } } });
    expect(selection.warnings.emptyFolders).toBe('lost');
    expect(collectPicked([picked('file')]).warnings.emptyFolders).toBe('kept');
  });

  test('of one name from two places gets another name', () => {
    const names = ['a.txt', 'b', 'a.txt', 'a.txt', '.rc', '.rc'].map((name) => picked(name));
    expect(collectPicked(names).items.map(({ name }) => name)).toEqual([
      ...['a.txt', 'b', 'a (2).txt', 'a (3).txt', '.rc', '.rc (2)'],
    ]);
    expect(() => collectPicked([])).toThrow(/usage/);
  });
});
