import { expect, test } from 'vitest';
import { isOwnHost, isSameOrigin, parseWebAddress, webOrigin } from './web-address.ts';

test.each([
  ['', '127.0.0.1', 3121],
  ['127.0.0.1:0', '127.0.0.1', 0],
  ['localhost', '127.0.0.1', 3121],
  ['[::1]:80', '::1', 80],
] as const)('%j is %s port %d', (text, host, port) => {
  expect(parseWebAddress(text)).toEqual({ host, port });
});

test.each(['0.0.0.0:3121', '192.168.1.7', '[::]:1', 'ferry.example:80', '127.0.0.1.evil.test', '__proto__'])(
  '%j is refused with the way round',
  (text) => {
    expect(() => parseWebAddress(text)).toThrow(/ssh -L \d+:127\.0\.0\.1:\d+ /);
  },
);

test.each([':3121', '127.0.0.1:99999', '127.0.0.1:', 'a:b', '::1'])('%j is no address', (text) => {
  expect(() => parseWebAddress(text)).toThrow(/HOST:PORT/);
});

test('an origin is that of the host, letter for letter', () => {
  expect(webOrigin({ host: '::1', port: 80 })).toBe('http://[::1]:80');
  expect(isSameOrigin('http://localhost:1', 'localhost:1')).toBe(true);
  for (const origin of [
    undefined,
    'null',
    'https://localhost:1',
    'http://localhost:12',
    'http://localhost:1/',
  ]) {
    expect(isSameOrigin(origin, 'localhost:1')).toBe(false);
  }
  for (const host of [undefined, '', 'constructor', '[::1].evil.test', 'localhost:', 'localhost:1:2']) {
    expect(isOwnHost(host)).toBe(false);
  }
});
