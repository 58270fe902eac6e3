import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { fromText } from '../wire/byte-name.ts';
import { EntryList } from './entry-list.ts';
import type { RowKind, RowState } from './entry-rows.ts';
import { readEntryList } from './read-entry-list.ts';

const kinds = fc.constantFrom<RowKind>('file', 'folder', 'link', 'problem');
const states = fc.constantFrom<RowState>('listed', 'arrived', 'there');
const listed = fc.array(
  fc.record({
    kind: kinds,
    name: fc.string({ minLength: 1, maxLength: 40 }).map(fromText),
    size: fc.nat(2 ** 40),
    // Which of the folders so far it is in.
    at: fc.nat(),
    state: states,
  }),
  { maxLength: 300 },
);

test('every page of a list is what was listed there, whatever its names and folders', async () => {
  let round = 0;
  const folder = makeTempFolder();
  await fc.assert(
    fc.asyncProperty(listed, fc.nat(310), fc.integer({ min: 1, max: 100 }), async (rows, offset, limit) => {
      round += 1;
      const path = join(folder, String(round));
      const list = new EntryList(path);
      const folders: (readonly string[])[] = [[]];
      const expected = rows.map(({ kind, name, size, at, state }, row) => {
        const parent = at % folders.length;
        const own = [...(folders[parent] ?? []), name];
        const number = kind === 'folder' ? folders.push(own) - 1 : 0;
        list.add(kind === 'file' ? { kind, name, version: { size } } : { kind, name }, parent, number);
        if (kind !== 'problem' && state !== 'listed') list.mark(row, state);
        return {
          path: own,
          kind,
          size: kind === 'file' ? size : 0,
          state: kind === 'problem' ? 'problem' : state,
        };
      });
      list.close();
      const page = await readEntryList(path, offset, limit);
      if (rows.length === 0) expect(page).toBeNull();
      else {
        expect(page?.total).toBe(rows.length);
        expect(page?.entries).toEqual(expected.slice(offset, offset + limit));
      }
    }),
    { numRuns: 60 },
  );
});

test('a list is read while it is written, and begins anew', async () => {
  const path = join(makeTempFolder(), 'list');
  const list = new EntryList(path);
  for (let row = 0; row < 100_000; row += 1) {
    list.add({ kind: 'file', name: fromText(`file ${row}`), version: { size: row } }, 0, 0);
  }
  list.flush();
  list.mark(99_999, 'arrived');
  list.flush();
  const last = await readEntryList(path, 99_998, 10);
  expect(last).toEqual({
    total: 100_000,
    entries: [
      { path: ['file 99998'], kind: 'file', size: 99_998, state: 'listed' },
      { path: ['file 99999'], kind: 'file', size: 99_999, state: 'arrived' },
    ],
  });
  list.restart();
  list.add({ kind: 'folder', name: fromText('other') }, 0, 1);
  list.add({ kind: 'link', name: fromText('in it') }, 1, 0);
  list.close();
  expect(await readEntryList(path, 0, 10)).toEqual({
    total: 2,
    entries: [
      { path: ['other'], kind: 'folder', size: 0, state: 'listed' },
      { path: ['other', 'in it'], kind: 'link', size: 0, state: 'listed' },
    ],
  });
});

test('a list that cannot be written costs the copy nothing', async () => {
  const path = join(makeTempFolder(), 'is not there', 'list');
  const list = new EntryList(path);
  list.add({ kind: 'file', name: fromText('name'), version: { size: 1 } }, 0, 0);
  list.flush();
  list.add({ kind: 'file', name: fromText('name 2'), version: { size: 1 } }, 0, 0);
  list.mark(1, 'arrived');
  list.close();
  expect(await readEntryList(path, 0, 10)).toBeNull();
});

test('what a crash has cut off ends the page and nothing else', async () => {
  const path = join(makeTempFolder(), 'list');
  const list = new EntryList(path);
  for (const name of ['one', 'two', 'three']) {
    list.add({ kind: 'file', name: fromText(name), version: { size: 1 } }, 0, 0);
  }
  list.close();
  truncateSync(`${path}.names`, 7);
  truncateSync(`${path}.states`, 0);
  const names = (await readEntryList(path, 0, 10))?.entries.map((entry) => entry.path.join('/'));
  expect(names).toEqual(['one', 'two']);
  // Rows that point anywhere: refused, not followed.
  writeFileSync(`${path}.rows`, Buffer.alloc(72, 0xff));
  await expect(readEntryList(path, 0, 10)).resolves.toMatchObject({ entries: [] });
});
