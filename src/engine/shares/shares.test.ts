import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceId } from '../../shared/ids.ts';
import { type BrowseOrder, browseFolder } from '../source/browse-folder.ts';
import type { ShareRecord } from '../state/records.ts';
import { decodeEntries } from '../wire/browse-entries.ts';
import { parseWay, wayBytes } from '../wire/way.ts';
import { ShareBook } from './share-book.ts';

const mine = 'a'.repeat(64) as DeviceId;
const alsoMine = 'b'.repeat(64) as DeviceId;
const other = 'c'.repeat(64) as DeviceId;

let folder: string;
let book: ShareBook;
let trusted: Set<DeviceId>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-shares-'));
  await mkdir(join(folder, 'shared', 'inner'), { recursive: true });
  await mkdir(join(folder, 'outside'));
  await writeFile(join(folder, 'outside', 'secret'), 'secret');
  await writeFile(join(folder, 'shared', 'inner', 'note'), 'note');
  trusted = new Set([mine, alsoMine]);
  const stored = new Map<string, ShareRecord>();
  const shares = {
    list: () => Promise.resolve([...stored.values()]),
    put: (share: ShareRecord) => Promise.resolve(void stored.set(share.name, share)),
    remove: (name: string) => Promise.resolve(void stored.delete(name)),
  };
  book = new ShareBook({ shares }, (id) => trusted.has(id));
});

afterEach(async () => {
  await book.stop();
  await rm(folder, { recursive: true });
});

async function browse(path: string, change: Partial<BrowseOrder> = {}): Promise<string[]> {
  const root = await book.rootFor(mine, 'box', 'read');
  const nothing = new Uint8Array(0);
  const order = { root, way: wayBytes(parseWay(path)), action: 'list', after: nothing, limit: 100 } as const;
  return decodeEntries(browseFolder({ ...order, ...change }).entries, 100).map(({ name }) => name);
}

const share = (change: Partial<ShareRecord> = {}) =>
  book.set({ name: 'box', dir: join(folder, 'shared'), readers: 'mine', writers: 'none', ...change });

test('only devices that are mine get in, and each only as far as the share says', async () => {
  await share({ readers: [mine], writers: [alsoMine, other] });
  const uses = [mine, alsoMine, other].map((id) => [
    book.may(id, 'box', 'read'),
    book.may(id, 'box', 'write'),
  ]);
  expect(uses).toEqual([
    [true, false],
    [false, true],
    [false, false],
  ]);
  await expect(book.rootFor(alsoMine, 'box', 'read')).rejects.toMatchObject({
    code: 'no-right',
    reason: 'read',
  });
  await expect(book.rootFor(other, 'box', 'write')).rejects.toMatchObject({
    code: 'no-right',
    reason: 'trust',
  });
  await expect(book.rootFor(other, 'nothing', 'read')).rejects.toMatchObject({ code: 'no-right' });
  expect([book.namesFor(mine), book.namesFor(other)]).toEqual([['box'], []]);
});

test('less trust and a removed share hold at once', async () => {
  await share();
  expect(book.may(mine, 'BOX', 'read')).toBe(true);
  trusted.delete(mine);
  expect(book.may(mine, 'box', 'read')).toBe(false);
  await book.remove('Box');
  await expect(book.rootFor(alsoMine, 'box', 'read')).rejects.toMatchObject({ code: 'no-such-path' });
});

test.each(['..', '../outside', 'inner/../../outside', '.', 'inner/.'])('%s is no way', async (path) => {
  await share();
  await expect(browse(path)).rejects.toMatchObject({ code: 'no-right' });
});

test('what is half copied shows to nobody', async () => {
  await writeFile(join(folder, 'shared', '.ferry-0123456789ab-0123456789ab.part'), 'half');
  await share();
  expect(await browse('')).toEqual(['inner']);
});

test('links are shown and never followed, whichever part of the way they are', async () => {
  await symlink(join(folder, 'outside'), join(folder, 'shared', 'link'));
  await share();
  expect(await browse('')).toEqual(['inner', 'link']);
  await expect(browse('link')).rejects.toMatchObject({ code: 'no-such-path', reason: 'not a folder' });
  await expect(browse('link/secret', { action: 'look' })).rejects.toMatchObject({
    code: 'destination-not-folder',
  });
  await expect(browse('link/new', { action: 'make' })).rejects.toMatchObject({
    code: 'destination-not-folder',
  });
});

test('a root stays the folder it was, whatever takes its path', async () => {
  await share();
  await rename(join(folder, 'shared'), join(folder, 'moved'));
  await symlink(join(folder, 'outside'), join(folder, 'shared'));
  expect(await browse('')).toEqual(['inner']);
  await browse('made', { action: 'make' });
  expect(await browse('')).toEqual(['inner', 'made']);
});

test('pages follow each other in byte order and leave nothing out', async () => {
  await Promise.all(
    Array.from({ length: 25 }, (_, index) => writeFile(join(folder, 'shared', `f${index}`), '')),
  );
  await share();
  const root = await book.rootFor(mine, 'box', 'read');
  const names: string[] = [];
  for (let after: Uint8Array | null = new Uint8Array(0); after !== null; ) {
    const page = browseFolder({ root, way: new Uint8Array(0), action: 'list', after, limit: 7 });
    const entries = decodeEntries(page.entries, 7);
    names.push(...entries.map(({ name }) => name));
    after = page.next;
  }
  expect(names).toHaveLength(26);
  expect(names).toEqual(names.toSorted());
});

test('a share that opens more than its name says is told apart', async () => {
  const [home, all, plain] = [
    await share({ dir: process.env['HOME'] ?? '/root' }),
    await share({ dir: '/' }),
    await share(),
  ];
  expect([home.opens, all.opens, plain.opens]).toEqual(['home', 'root', null]);
});

test('who changes the rights of a share need not know its folder', async () => {
  await share();
  expect(book.dirOf('Box')).toBe(join(folder, 'shared'));
  await share({ dir: book.dirOf('box'), readers: [mine] });
  expect(book.list()).toMatchObject([{ name: 'box', dir: join(folder, 'shared'), readers: [mine] }]);
  expect(() => book.dirOf('chest')).toThrow('no-such-path');
});
