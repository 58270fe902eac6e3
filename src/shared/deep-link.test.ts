import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDeepLink, toDeepLink } from './deep-link.ts';

test('an address, and an address with a code', () => {
  expect(parseDeepLink('ferry:add?address=192.168.1.20:3120')).toEqual({
    ...{ kind: 'add', address: '192.168.1.20:3120' },
  });
  expect(parseDeepLink('ferry://add/?address=[fe80::1%25eth0]:3120')).toEqual({
    ...{ kind: 'add', address: '[fe80::1%eth0]:3120' },
  });
  expect(parseDeepLink('FERRY://join?address=büro.local:3120&code=AB12-cd34')).toEqual({
    ...{ kind: 'join', address: 'büro.local:3120', code: 'AB12-cd34' },
  });
});

test('what is made is what is read', () => {
  const links = [
    { kind: 'add', address: '[fe80::1%eth0]:3120' },
    { kind: 'join', address: 'büro.local:3120', code: 'AB12-CD34 EF' },
  ] as const;
  for (const link of links) expect(parseDeepLink(toDeepLink(link))).toEqual(link);
});

test('anything else is nothing', () => {
  for (const link of [
    ...['ferry:send?path=/etc', 'ferry:add', 'ferry:add?address=', 'ferry:add?address=a%0ab'],
    ...['ferry:add?address=<img>', 'ferry:join?address=a:1', 'ferry:join?address=a:1&code=%00'],
    ...['http://add?address=a:1', 'xferry:add?address=a:1', `ferry:add?address=${'a'.repeat(2_000)}`],
  ]) {
    expect(parseDeepLink(link), link).toBeNull();
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      const link = parseDeepLink(`ferry:add?address=${text}`);
      expect(link === null || !/[\s<>"'&]/u.test(link.address)).toBe(true);
    }),
  );
});
