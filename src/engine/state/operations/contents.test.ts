import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DeviceId } from '../../../shared/ids.ts';
import { addContents } from '../migrations/0007-contents.ts';
import type { ContentRecord } from '../records.ts';
import { createContentOperations } from './content-operations.ts';

const [ANNA, BEN] = ['anna', 'ben'] as DeviceId[] as [DeviceId, DeviceId];
const INBOX = [Buffer.from('/inbox/')];

function open(maxRows?: number) {
  const database = new DatabaseSync(':memory:');
  addContents(database);
  return createContentOperations(database, maxRows);
}

function content(name: string, change: Partial<ContentRecord> = {}): ContentRecord {
  return {
    inode: `inode of ${name}`,
    path: new Uint8Array(Buffer.from(`/inbox/${name}`)),
    sender: ANNA,
    size: 10,
    mtimeSec: 100,
    mtimeNs: 1,
    ctimeSec: 200,
    ctimeNs: 2,
    hash: null,
    ...change,
  };
}

const want = (change: Partial<{ size: number; mtimeSec: number; isAnyTime: boolean }> = {}) => [
  { size: 10, mtimeSec: 100, mtimeNs: 1, isAnyTime: false, ...change },
];

const names = (rows: readonly ContentRecord[]) => rows.map(({ inode }) => inode.slice(9)).sort();

it('finds what the same device has sent, by size and time, or by size alone where that is enough', () => {
  const contents = open();
  contents.add([content('a'), content('b', { mtimeSec: 7 }), content('c', { size: 11 })]);
  const find = (wanted: ReturnType<typeof want>) =>
    names(contents.find({ sender: ANNA, roots: [], others: [], wanted }));
  expect(find(want())).toEqual(['a']);
  expect(find(want({ mtimeSec: 8 }))).toEqual([]);
  expect(find(want({ mtimeSec: 8, isAnyTime: true }))).toEqual(['a', 'b']);
  expect(find([...want(), ...want({ size: 11 }), ...want()])).toEqual(['a', 'c']);
});

it('shows nobody what others have sent, but to who may read the folder it is in', () => {
  const contents = open();
  const elsewhere = { path: new Uint8Array(Buffer.from('/inboxes/x')) };
  contents.add([content('a'), content('b', elsewhere), content('own', { sender: null })]);
  const wanted = want({ isAnyTime: true });
  expect(contents.find({ sender: BEN, roots: [], others: [], wanted })).toEqual([]);
  expect(names(contents.find({ sender: BEN, roots: INBOX, others: [ANNA, null], wanted }))).toEqual([
    'a',
    'own',
  ]);
});

it('keeps one row for a file, and the hash of a file that was sent says nothing about its sender', () => {
  const contents = open();
  const hash = new Uint8Array(32).fill(3);
  contents.add([content('a')]);
  contents.add([content('a', { sender: null, hash })]);
  expect(contents.known(['inode of a'])).toEqual([content('a', { hash })]);
  contents.add([content('a', { sender: null, hash, ctimeNs: 3 })]);
  expect(contents.known(['inode of a'])).toMatchObject([{ sender: null, ctimeNs: 3 }]);
  contents.forget(['inode of a', 'another']);
  expect(contents.known(['inode of a'])).toEqual([]);
});

it('never holds more rows than it may, and the newest stay', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 30 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 10 }),
      (ids, max) => {
        const contents = open(max);
        for (const id of ids) contents.add([content(`${id}`)]);
        const all = contents.known([...Array(31).keys()].map((id) => `inode of ${id}`));
        expect(all.length).toBeLessThanOrEqual(max);
        const last = ids.at(-1);
        if (last !== undefined) expect(names(all)).toContain(`${last}`);
      },
    ),
    { numRuns: 50 },
  );
});
