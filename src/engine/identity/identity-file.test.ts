import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openIdentityFile } from './identity-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-identity-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('made once, private, and the same ever after; racing starts agree', async () => {
  const path = join(folder, 'device.pem');
  const all = await Promise.all([1, 2, 3].map(() => openIdentityFile(path)));
  const again = await openIdentityFile(path);
  expect(new Set([...all, again].map((identity) => identity.id)).size).toBe(1);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['device.pem']);
});

test('a damaged file is refused and left as it is', async () => {
  const path = join(folder, 'device.pem');
  await openIdentityFile(path);
  const damaged = (await readFile(path, 'utf8')).slice(0, 300);
  await writeFile(path, damaged);
  await expect(openIdentityFile(path)).rejects.toMatchObject({ code: 'key-unusable', subject: path });
  expect(await readFile(path, 'utf8')).toBe(damaged);
});

test('a folder that is not there is key-unusable, not another key', async () => {
  await expect(openIdentityFile(join(folder, 'none', 'device.pem'))).rejects.toMatchObject({
    code: 'key-unusable',
  });
});
