import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanDeviceName } from './device-name.ts';

test('controls, bidi marks and escapes are gone, text stays', () => {
  expect(cleanDeviceName('Ann\u202Etxt.exe\u001b[31m \u0007Büro')).toBe('Anntxt.exe[31m Büro');
  expect(cleanDeviceName('  a\n\tb\u009bc\u200b ')).toBe('a bc');
  expect(cleanDeviceName('<img onerror=x>')).toBe('<img onerror=x>');
  expect(cleanDeviceName('日本語 🦦')).toBe('日本語 🦦');
});

test('never empty, never long, and cleaning twice changes nothing', () => {
  expect(cleanDeviceName('\u0000\u202e ')).not.toBe('');
  expect([...cleanDeviceName('🦦'.repeat(100))].length).toBe(64);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (raw) => {
      const name = cleanDeviceName(raw);
      expect([...name].length).toBeGreaterThan(0);
      expect([...name].length).toBeLessThanOrEqual(64);
      expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(cleanDeviceName(name)).toBe(name);
    }),
    { numRuns: 500 },
  );
});
