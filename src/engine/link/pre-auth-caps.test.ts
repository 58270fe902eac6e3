import { expect, test } from 'vitest';
import { MAX_PRE_AUTH_SOCKETS, MAX_PRE_AUTH_SOCKETS_PER_ADDRESS } from '../wire/limits.ts';
import { PreAuthCaps } from './pre-auth-caps.ts';

test('eight per address; a place given back is free again, once', () => {
  const caps = new PreAuthCaps(() => false);
  const holds = Array.from({ length: MAX_PRE_AUTH_SOCKETS_PER_ADDRESS }, () => caps.take('10.0.0.1'));
  expect(holds).not.toContain(null);
  expect(caps.take('10.0.0.1')).toBeNull();
  expect(caps.take('10.0.0.2')).not.toBeNull();
  holds[0]?.release();
  holds[0]?.release();
  expect(caps.take('10.0.0.1')).not.toBeNull();
  expect(caps.take('10.0.0.1')).toBeNull();
});

test('sixty-four in all, and an address with a trusted link still gets in', () => {
  const caps = new PreAuthCaps((host) => host === 'friend');
  for (let number = 0; number < MAX_PRE_AUTH_SOCKETS; number += 1) {
    expect(caps.take(`10.0.0.${number >> 2}`)).not.toBeNull();
  }
  expect(caps.take('10.0.1.1')).toBeNull();
  for (let number = 0; number < 200; number += 1) expect(caps.take('friend')).not.toBeNull();
  expect(caps.take('10.0.1.1')).toBeNull();
});

test('a guest goes on counting until it is trusted', () => {
  const caps = new PreAuthCaps(() => false);
  const holds = Array.from({ length: MAX_PRE_AUTH_SOCKETS_PER_ADDRESS }, () => caps.take('10.0.0.1'));
  const [first] = holds;
  if (!first) throw new Error('no hold');
  first.isTrusted = () => true;
  expect(caps.take('10.0.0.1')).not.toBeNull();
});
