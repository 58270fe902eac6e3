import { expect, test } from 'vitest';
import { isLinkFaster, isTooDifferent, LinkSpeed } from './delta-choice.ts';

const MIB = 1 << 20;

test('less than 2 % in common is too little', () => {
  expect(isTooDifferent(1, 128)).toBe(true);
  expect(isTooDifferent(3, 128)).toBe(false);
  expect(isTooDifferent(0, 0)).toBe(false);
});

test('whole blocks win only where the link has been seen to be faster than the old version is read', () => {
  expect(isLinkFaster(null, 1e9)).toBe(false);
  expect(isLinkFaster(9e8, 1e9)).toBe(false);
  expect(isLinkFaster(1.1e9, 1e9)).toBe(true);
  expect(isLinkFaster(1e9, null)).toBe(false);
});

test('the speed of a link is its best over 32 MiB', () => {
  let [bytes, ms] = [0, 0];
  const link = new LinkSpeed(
    () => bytes,
    () => ms,
  );
  const pass = (more: number, later: number) => {
    bytes += more;
    ms += later;
    link.look();
  };
  pass(MIB, 1);
  expect(link.bytesPerSecond).toBeNull();
  pass(31 * MIB, 99);
  expect(link.bytesPerSecond).toBe(320 * MIB);
  pass(64 * MIB, 1000);
  expect(link.bytesPerSecond).toBe(320 * MIB);
  pass(32 * MIB, 50);
  expect(link.bytesPerSecond).toBe(640 * MIB);
});
