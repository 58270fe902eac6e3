import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromText } from '../wire/byte-name.ts';
import { Folder } from './folder.ts';
import { makeTempFolder } from './testing/temp-folder.ts';
import { infoText, Trash } from './trash.ts';

function makeTrash() {
  const data = makeTempFolder();
  for (const name of ['files', 'info']) mkdirSync(join(data, 'Trash', name), { recursive: true });
  const path = makeTempFolder();
  writeFileSync(join(path, 'a b'), 'old');
  const folder = Folder.openPath(Buffer.from(path));
  return { data, path, folder, trash: Trash.for(folder, { XDG_DATA_HOME: data }) };
}

test('what goes there has two names until it is replaced, and can be put back', () => {
  const { data, path, folder, trash } = makeTrash();
  const deleted = new Date(2026, 0, 2, 3, 4, 5);
  expect(trash?.keep(folder, fromText('a b'), Buffer.from(join(path, 'a b')), deleted)).toBe(true);
  expect(readFileSync(join(data, 'Trash', 'files', 'a b'), 'utf8')).toBe('old');
  expect(statSync(join(path, 'a b')).nlink).toBe(2);
  const encoded = join(path, 'a b').replaceAll(' ', '%20');
  expect(readFileSync(join(data, 'Trash', 'info', 'a b.trashinfo'), 'utf8')).toBe(
    `[Trash Info]\nPath=${encoded}\nDeletionDate=2026-01-02T03:04:05\n`,
  );
  trash?.close();
  folder.close();
});

test('a name that the trash has is not taken again', () => {
  const { data, path, folder, trash } = makeTrash();
  for (let count = 0; count < 3; count++) {
    expect(trash?.keep(folder, fromText('a b'), Buffer.from(join(path, 'a b')), new Date())).toBe(true);
  }
  expect(readdirSync(join(data, 'Trash', 'files')).sort()).toEqual(['a b', 'a b (2)', 'a b (3)']);
  expect(readdirSync(join(data, 'Trash', 'info')).sort()).toEqual(
    ['a b (2).trashinfo', 'a b (3).trashinfo', 'a b.trashinfo'].sort(),
  );
  trash?.close();
  folder.close();
});

test('where it cannot be kept nothing is left behind, and where there is no trash none is made', () => {
  const { data, path, folder, trash } = makeTrash();
  expect(trash?.keep(folder, fromText('none'), Buffer.from(join(path, 'none')), new Date())).toBe(false);
  expect(readdirSync(join(data, 'Trash', 'info'))).toEqual([]);
  const bare = makeTempFolder();
  expect(Trash.for(folder, { XDG_DATA_HOME: bare })).toBeNull();
  expect(existsSync(join(bare, 'Trash'))).toBe(false);
  trash?.close();
  folder.close();
});

test('bytes that are no text are kept exactly', () => {
  const text = infoText(Buffer.from([0x2f, 0xff, 0x25, 0x0a, 0xc3, 0xa9]), new Date());
  expect(text).toContain('Path=/%FF%25%0A%C3%A9\n');
});
