import { expect, test } from 'vitest';
import { cookieName, readCookie, WebSessions } from './sessions.ts';

function secretOf(outcome: ReturnType<WebSessions['exchange']>): string {
  if (outcome.kind !== 'session') throw new Error(outcome.kind);
  return outcome.secret;
}

test('a token is good for ten minutes and once', () => {
  let nowMs = 1_000;
  const sessions = new WebSessions(() => nowMs);
  const [one, two] = [sessions.createToken(), sessions.createToken()];
  expect(one).toMatch(/^[\w-]{43}$/);
  nowMs += 10 * 60_000 - 1;
  expect(sessions.has(secretOf(sessions.exchange(one)))).toBe(true);
  nowMs += 1;
  expect(sessions.exchange(two)).toEqual({ kind: 'wrong' });
  expect(sessions.exchange(one)).toEqual({ kind: 'wrong' });
});

test('a token is no session, and a session no token', () => {
  const sessions = new WebSessions();
  const token = sessions.createToken();
  expect(sessions.has(token)).toBe(false);
  const secret = secretOf(sessions.exchange(token));
  expect(sessions.has(token)).toBe(false);
  expect(sessions.exchange(secret)).toEqual({ kind: 'wrong' });
  expect(sessions.has(`${secret}x`)).toBe(false);
  expect(sessions.has(secret)).toBe(true);
});

test('neither grows without end: the oldest link and the session unused for longest give way', () => {
  const sessions = new WebSessions();
  const tokens = Array.from({ length: 33 }, () => sessions.createToken());
  expect(sessions.exchange(tokens[0] ?? '')).toEqual({ kind: 'wrong' });
  const secrets = tokens.slice(1).map((token) => secretOf(sessions.exchange(token)));
  expect(sessions.has(secrets[0] ?? '')).toBe(true);
  secretOf(sessions.exchange(sessions.createToken()));
  expect(sessions.has(secrets[0] ?? '')).toBe(true);
  expect(sessions.has(secrets[1] ?? '')).toBe(false);
});

test('guessing is heard again after a minute', () => {
  let nowMs = 0;
  const sessions = new WebSessions(() => nowMs);
  for (let tries = 0; tries < 20; tries += 1) sessions.exchange('x'.repeat(43));
  const token = sessions.createToken();
  expect(sessions.exchange(token)).toEqual({ kind: 'too-many' });
  nowMs += 60_000;
  expect(sessions.exchange(token).kind).toBe('session');
});

test('a cookie is found among others, by its whole name', () => {
  const name = cookieName('0123456789');
  expect(name).toBe('ferry_01234567');
  expect(readCookie(`a=b; ${name}=x=y ; c`, name)).toBe('x=y');
  expect(readCookie(`x${name}=x; ${name}x=y; ${name}`, name)).toBeNull();
  expect(readCookie(undefined, name)).toBeNull();
});
