import fc from 'fast-check';
import { expect } from 'vitest';
import { Failure, type FailureCode } from '../../../shared/failure.ts';

type Decode = (bytes: Buffer) => unknown;

/** Runs `decode`; anything thrown must be a Failure with one of `codes`. Returns whether it was refused. */
function isRefused(decode: Decode, bytes: Buffer, codes: readonly FailureCode[]): boolean {
  try {
    decode(bytes);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect(codes).toContain((error as Failure).code);
    return true;
  }
}

/** A whole message cut off anywhere must be refused, and so must bytes behind it. */
export function expectSurvivesTruncation(decode: Decode, whole: Buffer, codes: readonly FailureCode[]): void {
  for (let length = 0; length < whole.length; length++) {
    // A copy of its own, so that reading past the end cannot find the rest by luck.
    const cut = Buffer.from(whole.subarray(0, length));
    expect([length, isRefused(decode, cut, codes)]).toEqual([length, true]);
  }
  expect(isRefused(decode, Buffer.concat([whole, Buffer.of(0)]), codes)).toBe(true);
}

/** Random bytes, and whole messages with bytes changed, are refused or are a message; nothing else happens. */
export function expectSurvivesGarbage(decode: Decode, whole: Buffer, codes: readonly FailureCode[]): void {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      isRefused(decode, Buffer.from(bytes), codes);
    }),
    { numRuns: 300 },
  );
  const change = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const changed = Buffer.from(whole);
      for (const [at, value] of changes) changed[at] = value;
      isRefused(decode, changed, codes);
    }),
    { numRuns: 300 },
  );
}
