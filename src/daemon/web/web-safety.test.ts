import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type WebSocket from 'ws';
import { fakeDeviceId } from '../../bridge/testing/fake-values.ts';
import { INLINE_STYLES } from '../../shared/inline-styles.ts';
import { ServedPage } from './testing/served-page.ts';

let page: ServedPage;
let others: ServedPage[] = [];

beforeEach(async () => {
  page = await ServedPage.open();
});

afterEach(async () => {
  await Promise.all([page, ...others].map((one) => one.close()));
  others = [];
});

/** How the server answers an upgrade: 101, or the number it refuses with. */
async function upgradeStatus(socket: WebSocket): Promise<number> {
  socket.on('error', () => undefined);
  const status = await Promise.race([
    once(socket, 'open').then(() => 101),
    once(socket, 'unexpected-response').then(([, response]) => {
      const { statusCode = 0 } = response as { statusCode?: number };
      return statusCode;
    }),
  ]);
  socket.terminate();
  return status;
}

/** Bytes as they are, past everything that a client library puts right. */
async function askRaw(text: string): Promise<string> {
  const socket = connect(page.port, '127.0.0.1');
  socket.end(text);
  let answer = '';
  socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
  await once(socket, 'close');
  return answer;
}

test('the page comes with a strict policy, its hashed files for ever, and no CORS', async () => {
  const index = await page.ask();
  expect(index.status).toBe(200);
  expect(index.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  const policy = index.headers['content-security-policy'];
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
  expect(policy).not.toContain('unsafe');
  const asset = await page.ask({ path: '/assets/index-Ab12.js', headers: { origin: 'http://evil.test' } });
  expect(asset.headers['cache-control']).toContain('immutable');
  expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
  expect(Object.keys(asset.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  const preflight = await page.ask({
    method: 'OPTIONS',
    path: '/session',
    headers: { origin: 'http://evil.test', 'access-control-request-method': 'POST' },
  });
  expect(preflight.status).toBe(405);
});

test('the styles that the policy lets in are those that React Aria puts in', async () => {
  for (const [file, text] of [
    ['interactions/usePress.mjs', INLINE_STYLES[0]],
    ['overlays/usePreventScroll.mjs', INLINE_STYLES[1]],
  ] as const) {
    const source = await readFile(`node_modules/react-aria/dist/private/${file}`, 'utf8');
    const attribute = '${$d27d541f9569d26d$var$PRESSABLE_ATTRIBUTE}';
    expect(source.replace(attribute, 'data-react-aria-pressable')).toContain(text);
  }
});

test.each([
  '/../secret.js',
  '/..%2fsecret.js',
  '/%2e%2e/secret.js',
  '/assets/../../secret.js',
  '/assets/..%5c..%5csecret.js',
  '//secret.js',
  '/index.html%00',
  '/assets/index-Ab12.js.map',
  '/assets/',
  '/__proto__',
])('%s is nothing', async (path) => {
  const answer = await page.ask({ path });
  expect(answer.status).toBe(404);
  expect(answer.body).toHaveLength(0);
});

describe('a name of another machine', () => {
  test.each(['evil.test', 'evil.test:3121', '127.0.0.1.evil.test', 'localhost.evil.test:80', '192.168.1.7'])(
    'as Host %j gets nothing',
    async (host) => {
      const token = await page.freshToken();
      const cookie = await page.signIn();
      for (const answer of [
        await page.ask({ headers: { host, cookie } }),
        await page.ask({ path: '/session', headers: { host, cookie } }),
        // a page that was rebound to this address is its own origin
        await page.exchange(token, { host, origin: `http://${host}` }),
      ]) {
        expect([400, 421]).toContain(answer.status);
        expect(answer.body).toHaveLength(0);
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
      const socket = page.openSocket('/bridge', { host, origin: `http://${host}`, cookie });
      expect([400, 421]).toContain(await upgradeStatus(socket));
      // none of this used the token up
      expect((await page.exchange(token)).status).toBe(204);
    },
  );

  test.each(['localhost:8080', '[::1]:9', 'LOCALHOST', '127.0.0.1'])(
    'is not %j: that is a tunnel',
    async (host) => {
      const answer = await page.exchange(await page.freshToken(), { host, origin: `http://${host}` });
      expect(answer.status).toBe(204);
    },
  );

  test('two Hosts, none, and a whole address as path are refused', async () => {
    for (const head of [
      'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n',
      'GET / HTTP/1.1\r\n',
      'GET / HTTP/1.1\r\nHost:\r\n',
      'GET / HTTP/1.0\r\n',
    ]) {
      expect(await askRaw(`${head}Connection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 (400|421) /);
    }
    const whole = 'GET http://evil.test/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    expect(await askRaw(whole)).toMatch(/^HTTP\/1.1 404 /);
  });
});

describe('a token', () => {
  test('is good once, and its cookie is strict', async () => {
    const token = await page.freshToken();
    const answer = await page.exchange(token);
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^ferry_aaaaaaaa=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    const again = await page.exchange(token);
    expect(again.status).toBe(401);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  test.each([
    ['another origin', { origin: 'http://evil.test' }, 403],
    ['another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['another scheme', { origin: 'https://127.0.0.1' }, 403],
    ['no real origin', { origin: 'null' }, 403],
    ['a form', { 'content-type': 'text/plain' }, 415],
  ])('from %s stays unused', async (_name, headers, status) => {
    const token = await page.freshToken();
    expect((await page.exchange(token, headers)).status).toBe(status);
    expect((await page.exchange(token)).status).toBe(204);
  });

  test('without an origin stays unused', async () => {
    const token = await page.freshToken();
    const body = JSON.stringify({ token });
    const headers = { 'content-type': 'application/json' };
    expect((await page.ask({ method: 'POST', path: '/session', headers, body })).status).toBe(403);
    expect((await page.exchange(token)).status).toBe(204);
  });

  test('that is wrong is refused, and after some tries nobody is heard', async () => {
    const wrong = 'x'.repeat(43);
    const tried: number[] = [];
    for (let tries = 0; tries < 25; tries += 1) tried.push((await page.exchange(wrong)).status);
    expect(tried.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
    expect(tried.at(-1)).toBe(429);
    expect((await page.exchange(await page.freshToken())).status).toBe(429);
  });

  test.each([
    ['too large', JSON.stringify({ token: 'x'.repeat(2_000) }), 413],
    ['no JSON', 'token', 400],
    ['no token', '{}', 400],
    ['nothing', '', 400],
    ['a list', '{"token":["a"]}', 400],
  ])('in a body that is %s is refused', async (_name, body, status) => {
    const headers = { origin: page.origin, 'content-type': 'application/json' };
    expect((await page.ask({ method: 'POST', path: '/session', headers, body })).status).toBe(status);
  });
});

describe('a WebSocket', () => {
  test('opens with origin and cookie', async () => {
    const cookie = await page.signIn();
    expect(await upgradeStatus(page.openSocket('/bridge', { cookie }))).toBe(101);
    expect((await page.ask({ path: '/session', headers: { cookie } })).status).toBe(204);
  });

  test.each([
    ['from another site', { origin: 'http://evil.test' }, 403],
    ['from a sandbox', { origin: 'null' }, 403],
    ['said to be cross-site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['of another port on this machine', { 'sec-fetch-site': 'same-site' }, 403],
    ['without a cookie', { cookie: '' }, 401],
    ['with a wrong cookie', { cookie: `ferry_aaaaaaaa=${'x'.repeat(43)}` }, 401],
    ['with a hostile cookie', { cookie: 'ferry_aaaaaaaa=__proto__; ferry_aaaaaaaa' }, 401],
  ])('%s is refused on both paths', async (_name, headers, status) => {
    const cookie = await page.signIn();
    for (const path of ['/bridge', '/page-files?ticket=a']) {
      expect(await upgradeStatus(page.openSocket(path, { cookie, ...headers }))).toBe(status);
    }
    expect(page.engine.calls.filter(({ name }) => name !== 'device.get')).toEqual([]);
  });

  test('without an origin is refused, and elsewhere there is none', async () => {
    const cookie = await page.signIn();
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
    const head = `GET /bridge HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\n${upgrade}`;
    const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
    expect(await askRaw(`${head}\r\n${key}\r\n\r\n`)).toMatch(/^HTTP\/1.1 403 /);
    expect(await upgradeStatus(page.openSocket('/', { cookie }))).toBe(404);
  });
});

test('two devices on one machine have cookies of their own', async () => {
  const other = await ServedPage.open(fakeDeviceId('b'));
  others.push(other);
  const [one, two] = [await page.signIn(), await other.signIn()];
  const cookie = `${one}; ${two}`;
  for (const device of [page, other]) {
    expect(await upgradeStatus(device.openSocket('/bridge', { cookie }))).toBe(101);
  }
  expect(await upgradeStatus(other.openSocket('/bridge', { cookie: one }))).toBe(401);
});

test('a session ends with its process, also for the same device', async () => {
  const cookie = await page.signIn();
  await page.close();
  page = await ServedPage.open();
  expect((await page.ask({ path: '/session', headers: { cookie } })).status).toBe(401);
  expect(await upgradeStatus(page.openSocket('/bridge', { cookie }))).toBe(401);
});
