import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../shared/failure.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { shortIdOf } from './device-id.ts';
import { formatOneTimeCode, isProofOf, parseOneTimeCode, proofOf } from './one-time-code.ts';

const id32 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((b) => Buffer.from(b).toString('hex') as DeviceId);
const secret5 = fc.uint8Array({ minLength: 5, maxLength: 5 });

test('a code comes back as typed by people: any case, look-alikes, dashes and spaces', () => {
  const noise = fc.constantFrom('', ' ', '-', ' - ', '\u2013', '\n');
  const look = { '0': 'Oo0', '1': 'IilL1' } as Readonly<Record<string, string>>;
  fc.assert(
    fc.property(
      id32,
      secret5,
      fc.array(fc.tuple(noise, fc.nat(), fc.boolean()), { minLength: 34, maxLength: 34 }),
      (id, secret, typing) => {
        const code = formatOneTimeCode(id, secret);
        expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
        const typed = [...code]
          .map((character, index) => {
            const [before = '', pick = 0, lower = false] = typing[index] ?? [];
            const forms = look[character] ?? character;
            const form = forms.charAt(pick % forms.length);
            return before + (lower ? form.toLowerCase() : form);
          })
          .join('');
        const parsed = parseOneTimeCode(typed);
        expect(parsed.secret.equals(secret)).toBe(true);
        expect(parsed.issuerShortId).toBe(shortIdOf(id));
      },
    ),
  );
});

test('what cannot be a code is a wrong code', () => {
  const good = formatOneTimeCode('ab'.repeat(32) as DeviceId, randomBytes(5));
  const bad = [
    '',
    good.slice(0, -1),
    `${good}0`,
    good.replace(/^./, 'U'),
    good.replace(/.$/, '?'),
    '0'.repeat(1e6),
  ];
  for (const code of bad) {
    expect(() => parseOneTimeCode(code)).toThrow(new Failure('wrong-code'));
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      try {
        parseOneTimeCode(text);
      } catch (error) {
        expect((error as Failure).code).toBe('wrong-code');
      }
    }),
  );
});

test('a proof holds only for its secret, its ids and its connection', () => {
  const secret = randomBytes(5);
  const context = {
    initiator: '01'.repeat(32) as DeviceId,
    responder: '02'.repeat(32) as DeviceId,
    keyingMaterial: randomBytes(32),
  };
  const proof = proofOf(secret, context);
  expect(isProofOf(proof, secret, context)).toBe(true);
  expect(isProofOf(proof, randomBytes(5), context)).toBe(false);
  expect(isProofOf(proof, secret, { ...context, keyingMaterial: randomBytes(32) })).toBe(false);
  expect(isProofOf(proof, secret, { ...context, initiator: context.responder })).toBe(false);
  expect(isProofOf(proof.subarray(1), secret, context)).toBe(false);
});
