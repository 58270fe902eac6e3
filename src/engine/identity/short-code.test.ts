import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceId } from '../../shared/ids.ts';
import { commitmentOf, type PairContext, shortCode, shortCodeKey } from './short-code.ts';

const context: PairContext = {
  initiator: '01'.repeat(32) as DeviceId,
  responder: '02'.repeat(32) as DeviceId,
  keyingMaterial: Buffer.alloc(32, 3),
};
const initiatorNonce = Buffer.alloc(32, 4);
const responderNonce = Buffer.alloc(32, 5);

test('the vector of the security document comes out', () => {
  expect(commitmentOf(context, initiatorNonce).toString('hex')).toBe(
    'ecf0d44d57c9864ff8e59e35819e3250837e40aa2f0bb0fa2b20aa77786a8890',
  );
  expect(shortCodeKey(context, initiatorNonce, responderNonce).toString('hex')).toBe('310c9f5732f76118');
  expect(shortCode(context, initiatorNonce, responderNonce)).toBe('040920');
});

test('every input changes commitment or code, and a code is always six digits', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, bytes, bytes, (keyingMaterial, mine, theirs) => {
      const code = shortCode({ ...context, keyingMaterial }, mine, theirs);
      expect(code).toMatch(/^\d{6}$/);
      fc.pre(Buffer.compare(mine, theirs) !== 0);
      expect(commitmentOf(context, mine).equals(commitmentOf(context, theirs))).toBe(false);
    }),
    { numRuns: 50 },
  );
  const swapped = { ...context, initiator: context.responder, responder: context.initiator };
  expect(shortCode(swapped, initiatorNonce, responderNonce)).not.toBe('040920');
});
