import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageFileSegments, servePageFile } from './page-files.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-page-'));
  await mkdir(join(folder, 'page', 'assets'), { recursive: true });
  await writeFile(join(folder, 'page', 'index.html'), '<title>Ferry</title>');
  await writeFile(join(folder, 'page', 'assets', 'index-a_B1.js'), 'export {};');
  await writeFile(join(folder, 'secret.html'), 'secret');
  await writeFile(join(folder, 'page', 'notes.exe'), 'x');
});

afterAll(() => rm(folder, { recursive: true }));

const get = (address: string, method = 'GET') =>
  servePageFile(new Request(address, { method }), join(folder, 'page'));

test('files of the page come with their type and the policy', async () => {
  const page = await get('app://ferry/');
  expect(await page.text()).toContain('Ferry');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toContain('unsafe');
  const script = await get('app://ferry/assets/index-a_B1.js?v=1#x');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

test('nothing outside of the page is served, and nothing that is no part of one', async () => {
  for (const address of [
    'app://ferry/../secret.html',
    'app://ferry/%2e%2e/secret.html',
    'app://ferry/..%2fsecret.html',
    'app://ferry/assets/%5c..%5c..%5csecret.html',
    'app://ferry//etc/passwd',
    'app://ferry/.git/config',
    'app://ferry/notes.exe',
    'app://ferry/assets',
    'app://ferry/missing.html',
    'app://evil/index.html',
  ]) {
    const answer = await get(address);
    expect(answer.status, address).toBe(404);
    expect(answer.headers.get('content-security-policy')).not.toBeNull();
  }
  expect((await get('app://ferry/index.html', 'POST')).status).toBe(404);
});

test('an address names a file by plain segments', () => {
  expect(pageFileSegments('app://ferry/')).toEqual(['index.html']);
  expect(pageFileSegments('app://ferry/a/b.css')).toEqual(['a', 'b.css']);
  for (const odd of [
    'a//b.css',
    '.hidden.css',
    'a/.x/b.css',
    '..%2fb.css',
    '%2e%2e%5cb.css',
    'b%00.css',
    'ö.css',
  ]) {
    expect(pageFileSegments(`app://ferry/${odd}`), odd).toBeNull();
  }
});
