import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fromText } from '../wire/byte-name.ts';
import { closeFd, Folder } from './folder.ts';
import { openKeptFile, removeWithin, takeKeptFolder } from './kept.ts';
import { makeTempFolder } from './testing/temp-folder.ts';

function start() {
  const path = makeTempFolder();
  const folder = Folder.openPath(Buffer.from(path));
  onTestFinished(() => folder.close());
  return { path, folder };
}

const name = fromText('.ferry-1-2.part');

test('a folder of ours is taken up, whatever mode it has by now', () => {
  const { path, folder } = start();
  mkdirSync(join(path, name));
  chmodSync(join(path, name), 0o555);
  expect(takeKeptFolder(folder, name)).toBe(true);
  expect(statSync(join(path, name)).mode & 0o777).toBe(0o700);
});

test.each(['a link', 'a file', 'nothing'])('%s is not', (what) => {
  const { path, folder } = start();
  mkdirSync(join(path, 'elsewhere'), { mode: 0o755 });
  if (what === 'a link') symlinkSync('elsewhere', join(path, name));
  if (what === 'a file') writeFileSync(join(path, name), '');
  expect(takeKeptFolder(folder, name)).toBe(false);
  expect(statSync(join(path, 'elsewhere')).mode & 0o777).toBe(0o755);
});

test('an unfinished file of ours can be written again', () => {
  const { path, folder } = start();
  writeFileSync(join(path, name), 'content');
  chmodSync(join(path, name), 0o444);
  const fd = openKeptFile(folder, name);
  expect(fd).not.toBeNull();
  if (fd !== null) closeFd(fd);
  expect(statSync(join(path, name)).mode & 0o777).toBe(0o600);
});

test.each(['a link', 'a second name', 'a folder', 'nothing'])('%s is left alone', (what) => {
  const { path, folder } = start();
  writeFileSync(join(path, 'canary'), 'content');
  chmodSync(join(path, 'canary'), 0o444);
  if (what === 'a link') symlinkSync('canary', join(path, name));
  if (what === 'a second name') linkSync(join(path, 'canary'), join(path, name));
  if (what === 'a folder') mkdirSync(join(path, name));
  expect(openKeptFile(folder, name)).toBeNull();
  expect(statSync(join(path, 'canary')).mode & 0o777).toBe(0o444);
});

test('a tree is removed with all that is in it, and nothing that it links to', () => {
  const { path, folder } = start();
  mkdirSync(join(path, 'tree/below/deeper'), { recursive: true });
  writeFileSync(join(path, 'tree/below/file'), '');
  mkdirSync(join(path, 'elsewhere'));
  writeFileSync(join(path, 'elsewhere/canary'), '');
  symlinkSync(join(path, 'elsewhere'), join(path, 'tree/below/link'));
  chmodSync(join(path, 'tree/below'), 0o500);
  removeWithin(folder, fromText('tree'));
  expect(existsSync(join(path, 'tree'))).toBe(false);
  expect(readdirSync(join(path, 'elsewhere'))).toEqual(['canary']);
  removeWithin(folder, fromText('tree'));
});
