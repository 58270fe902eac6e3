import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeJob, fakeResult } from '../../bridge/testing/fake-values.ts';
import type { JobView } from '../../shared/job.ts';
import { contentDisposition } from './answer-download.ts';
import { openDownload } from './download-content.ts';
import { type Answer, ServedPage } from './testing/served-page.ts';

let page: ServedPage;
let inbox = '';
let cookie = '';

beforeEach(async () => {
  page = await ServedPage.open();
  inbox = join(page.folder, 'inbox');
  await mkdir(inbox);
  await writeFile(join(page.folder, 'secret.js'), 'secret');
  cookie = await page.signIn();
});

afterEach(async () => {
  await page.close();
});

function putJob(names: readonly string[], change: Partial<JobView> = {}): JobView {
  return page.engine.putJob(
    fakeJob({ role: 'destination', state: 'done', into: inbox, names, result: fakeResult({}), ...change }),
  );
}

async function download(
  job: string,
  item: number | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return await page.ask({
    path: `/download?job=${job}&item=${item}`,
    headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers },
  });
}

test('a received file comes as it is, under its name, and as nothing that a browser would run', async () => {
  await writeFile(join(inbox, 'Größe "1".html'), '<script>alert(1)</script>');
  const { job } = putJob(['Größe "1".html']);
  const answer = await download(job, 0);
  expect(answer.status).toBe(200);
  expect(answer.body.toString()).toBe('<script>alert(1)</script>');
  expect(answer.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '25',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'content-disposition': `attachment; filename="Gr__e _1_.html"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.html`,
  });
});

test('a received folder comes as an archive: links as links, nothing from outside', async () => {
  await mkdir(join(inbox, 'photos/deep'), { recursive: true });
  await mkdir(join(inbox, 'photos/empty'));
  await writeFile(join(inbox, 'photos/deep/a.txt'), 'a');
  await chmod(join(inbox, 'photos/deep/a.txt'), 0o600);
  await symlink(join(page.folder, 'secret.js'), join(inbox, 'photos/link'));
  await symlink(page.folder, join(inbox, 'photos/way-out'));
  spawnSync('mkfifo', [join(inbox, 'photos/fifo')]);
  const { job } = putJob(['photos']);
  const answer = await download(job, 0);
  expect(answer.headers['content-disposition']).toContain('filename="photos.zip"');
  const zip = join(page.folder, 'photos.zip');
  await writeFile(zip, answer.body);
  const script = `import sys, zipfile, json
z = zipfile.ZipFile(sys.argv[1])
print(json.dumps([z.testzip(), [[n, z.read(n).decode()] for n in z.namelist()]]))`;
  const run = spawnSync('python3', ['-c', script, zip], { encoding: 'utf8' });
  expect(JSON.parse(run.stdout)).toEqual([
    null,
    [
      ['photos/', ''],
      ['photos/deep/', ''],
      ['photos/deep/a.txt', 'a'],
      ['photos/empty/', ''],
      ['photos/link', join(page.folder, 'secret.js')],
      ['photos/way-out', page.folder],
    ],
  ]);
});

test('what had to give way to another is found under the name it got', async () => {
  await writeFile(join(inbox, 'a.txt'), 'mine');
  await writeFile(join(inbox, 'a (2).txt'), 'theirs');
  const problems = [{ path: 'a.txt', code: 'kept-both' as const, reason: 'a (2).txt' }];
  const { job } = putJob(['a.txt'], { state: 'partial', result: fakeResult({ problems, problemCount: 1 }) });
  expect((await download(job, 0)).body.toString()).toBe('theirs');
});

test.runIf(process.platform === 'linux')('a name that is no text is found by its bytes', async () => {
  await writeFile(Buffer.concat([Buffer.from(`${inbox}/a`), Buffer.from([0xff])]), 'odd');
  const { job } = putJob(['a\\xff']);
  expect((await download(job, 0)).body.toString()).toBe('odd');
});

test.each(['..', '.', '', '../secret.js', 'sub/../../secret.js', '/etc/passwd', 'link', 'gone', 'a\0b'])(
  'the name %j gives nothing',
  async (name) => {
    await symlink(join(page.folder, 'secret.js'), join(inbox, 'link'));
    const answer = await download(putJob([name]).job, 0);
    expect(answer.status).toBe(404);
    expect(answer.body).toHaveLength(0);
  },
);

test('a folder on the way that became a link is not followed', async () => {
  const outside = join(page.folder, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'x'), 'secret');
  await symlink(outside, join(inbox, 'folder'));
  expect((await download(putJob(['folder']).job, 0)).status).toBe(404);
});

test.each([
  ['running', { state: 'running', result: null }],
  ['failed', { state: 'failed' }],
  ['sent from here', { role: 'source' }],
  ['put nowhere', { into: null }],
] as const)('a job that is %s gives nothing', async (_name, change) => {
  await writeFile(join(inbox, 'a'), 'a');
  expect((await download(putJob(['a'], change).job, 0)).status).toBe(404);
});

test('without a cookie, from another site or asked wrongly there is nothing', async () => {
  await writeFile(join(inbox, 'a'), 'a');
  const { job } = putJob(['a']);
  expect((await download(job, 0)).status).toBe(200);
  expect((await download(job, 0, { 'sec-fetch-site': 'none' })).status).toBe(200);
  expect((await download(job, 0, { cookie: '' })).status).toBe(401);
  expect((await download(job, 0, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await download(job, 0, { 'sec-fetch-site': 'same-site' })).status).toBe(403);
  expect((await page.ask({ path: `/download?job=${job}&item=0`, headers: { cookie } })).status).toBe(403);
  expect((await download(job, 1)).status).toBe(404);
  expect((await download('f'.repeat(32), 0)).status).toBe(404);
  for (const [id, item] of [
    ['..', 0],
    [job.slice(0, 8), 0],
    [job, '-1'],
    [job, '1e9'],
    [job, '__proto__'],
  ] as const) {
    expect((await download(id, item)).status).toBe(400);
  }
});

test('a file that ends early cuts the connection instead of looking whole', async () => {
  const path = join(inbox, 'big');
  await writeFile(path, Buffer.alloc(1024 * 1024));
  const opened = await openDownload({ into: inbox, names: ['big'] }, 0);
  expect((await opened.content.next()).value).toHaveLength(256 * 1024);
  await truncate(path, 300_000);
  const rest = async () => {
    for await (const part of opened.content) expect(part.length).toBeGreaterThan(0);
  };
  await expect(rest()).rejects.toMatchObject({ code: 'changed' });
});

test('a name in a header stays one header', () => {
  const header = contentDisposition("a\r\nSet-Cookie: x=1\ud800'();%\u202e.txt");
  expect(header).toMatch(/^[ -~]+$/);
  expect(decodeURIComponent(header.split("UTF-8''")[1] ?? '')).toBe(
    "a\r\nSet-Cookie: x=1\ufffd'();%\u202e.txt",
  );
});

test('content is that of the disk, also when it is larger than one part', async () => {
  const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 7) % 251));
  await writeFile(join(inbox, 'film'), bytes);
  const answer = await download(putJob(['film']).job, 0);
  expect(answer.body.equals(await readFile(join(inbox, 'film')))).toBe(true);
});
