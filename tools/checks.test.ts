import { expect, test } from 'vitest';
import { findLockedHosts, findMachinePath } from './check-files.ts';
import { findForeignLicences, isAllowedLicence } from './licences.ts';

test.each(['MIT', '(MIT OR GPL-3.0)', 'MIT AND ISC', 'GPL-2.0 OR Apache-2.0'])('%s is allowed', (licence) => {
  expect(isAllowedLicence(licence)).toBe(true);
});

test.each(['GPL-3.0', 'MIT AND GPL-3.0', '(MIT OR ISC) AND GPL-3.0', 'MPL-2.0', '', 'SEE LICENSE IN x'])(
  '%s is refused',
  (licence) => {
    expect(isAllowedLicence(licence)).toBe(false);
  },
);

test('the packages that ship now have allowed licences', () => {
  expect(findForeignLicences()).toEqual([]);
});

test('a lockfile tied to a host is found', () => {
  const lock = (resolved?: string): string =>
    JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0', resolved } } });
  expect(findLockedHosts(lock())).toEqual([]);
  expect(findLockedHosts(lock('https://registry.example/a.tgz'))).toHaveLength(1);
  expect(findLockedHosts(JSON.stringify({ packages: {} }))).toHaveLength(1);
});

test('paths of somebody’s machine are found', () => {
  const home = ['', 'home', 'anna', 'x'].join('/');
  expect(findMachinePath(`see ${home}`, [])).toContain('anna');
  expect(findMachinePath('built in /srv/checkout/src', ['/srv/checkout'])).toBe('/srv/checkout');
  expect(findMachinePath('ferry send /home/you/photos --to desk', [])).toBeNull();
});
