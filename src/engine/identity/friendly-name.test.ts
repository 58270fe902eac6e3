import { expect, test } from 'vitest';
import { cleanDeviceName } from '../../shared/device-name.ts';
import { createFriendlyName, FRIENDLY_NAME_COUNT } from './friendly-name.ts';

test('friendly names are two clean words out of thousands', () => {
  expect(FRIENDLY_NAME_COUNT).toBeGreaterThan(60 * 60);
  const names = new Set(Array.from({ length: 200 }, createFriendlyName));
  expect(names.size).toBeGreaterThan(150);
  for (const name of names) {
    expect(name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
    expect(cleanDeviceName(name)).toBe(name);
  }
});
