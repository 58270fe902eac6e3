import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Places } from './places.ts';

let folder = '';
let places: Places;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ferry-places-')));
  await mkdir(join(folder, 'inbox/photos'), { recursive: true });
  await writeFile(join(folder, 'inbox/a.txt'), '12345');
  await writeFile(join(folder, 'secret'), '');
  await symlink(join(folder, 'secret'), join(folder, 'inbox/out'));
  await symlink('..', join(folder, 'inbox/up'));
  await symlink('photos', join(folder, 'inbox/in'));
  places = new Places({ inbox: () => join(folder, 'inbox'), web: null });
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const inInbox = (path: string) => ({ root: 'inbox', path });

test('a path below a root is found, also one that is still to be made', async () => {
  expect(await places.resolve(inInbox(''))).toBe(join(folder, 'inbox'));
  expect(await places.resolve(inInbox('photos'))).toBe(join(folder, 'inbox/photos'));
  expect(await places.resolve(inInbox('in/new/deep'))).toBe(join(folder, 'inbox/photos/new/deep'));
  expect(await places.resolve('/absolute')).toBe('/absolute');
});

test.each([
  '..',
  '.',
  'photos/..',
  '../inbox',
  '/etc',
  'photos//a',
  'photos/',
  'a\0b',
  'out',
  'up',
  'up/secret',
])('%j leads nowhere', async (path) => {
  await expect(places.resolve(inInbox(path))).rejects.toMatchObject({ code: 'no-permission' });
  await expect(places.list(inInbox(path))).rejects.toMatchObject({ code: 'no-permission' });
});

test('a root that is not there, or not shown, is no place', async () => {
  for (const root of ['web', 'home', '__proto__']) {
    await expect(places.resolve({ root, path: '' })).rejects.toMatchObject({ code: 'no-such-path' });
  }
  await expect(places.resolve('relative')).rejects.toMatchObject({ code: 'usage' });
  const gone = new Places({ inbox: () => join(folder, 'gone'), web: join(folder, 'inbox') });
  await expect(gone.resolve(inInbox('a'))).rejects.toMatchObject({ code: 'no-such-path' });
  expect(await gone.roots()).toEqual([{ root: 'web', name: 'inbox', writable: true }]);
});

test('a folder is listed, folders first, links as links', async () => {
  const { entries, complete } = await places.list(inInbox(''));
  expect(complete).toBe(true);
  expect(entries.map(({ name, type, bytes }) => [name, type, bytes])).toEqual([
    ['photos', 'folder', 0],
    ['a.txt', 'file', 5],
    ['in', 'link', 0],
    ['out', 'link', 0],
    ['up', 'link', 0],
  ]);
  await expect(places.list(inInbox('gone'))).rejects.toMatchObject({ code: 'no-such-path' });
  await expect(places.list(inInbox('a.txt'))).rejects.toMatchObject({ code: 'no-such-path' });
});

test('a list that is too long says so', async () => {
  const many = join(folder, 'inbox/many');
  await mkdir(many);
  await Promise.all(Array.from({ length: 10_001 }, (_, index) => mkdir(join(many, `${index}`))));
  const { entries, complete } = await places.list(inInbox('many'));
  expect([entries.length, complete]).toEqual([10_000, false]);
});
