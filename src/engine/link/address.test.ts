import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseAddress, plainHost } from './address.ts';

test.each([
  ['10.0.0.7:99', '10.0.0.7', 99],
  ['10.0.0.7', '10.0.0.7', 3120],
  ['otter.local:3121', 'otter.local', 3121],
  ['otter', 'otter', 3120],
  ['[::1]:5', '::1', 5],
  ['[::1]', '::1', 3120],
  ['fe80::1%eth0', 'fe80::1%eth0', 3120],
  [' [fe80::1%eth0]:77 ', 'fe80::1%eth0', 77],
])('%s', (text, host, port) => {
  expect(parseAddress(text)).toEqual({ host, port });
});

test.each([
  '',
  ':5',
  'a:0',
  'a:65536',
  'a:',
  'a:x',
  '[::1',
  '[otter]:1x',
  'a b',
  'a/b',
  '-x',
  '1.2.3',
  '1.2.3.4.5',
  '256.1.1.1',
  'x'.repeat(300),
  'a:1:2',
])('not an address: %s', (text) => {
  expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('an address that is written reads back', () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
  fc.assert(
    fc.property(host, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
      expect(parseAddress(formatAddress({ host: name, port }))).toEqual({ host: name, port });
    }),
  );
});

test('IPv4 on an IPv6 socket is IPv4', () => {
  expect(plainHost('::ffff:10.1.2.3')).toBe('10.1.2.3');
  expect(plainHost('fe80::1%eth0')).toBe('fe80::1%eth0');
});
