import fc from 'fast-check';

/** Bytes that look like nothing else; the same for the same seed. */
export function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let state = (seed | 0) ^ 0x9e3779b9;
  for (let at = 0; at < length; at++) {
    // xorshift32 (Marsaglia, 2003).
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return bytes;
}

export type Edit =
  | {
      readonly kind: 'overwrite' | 'insert';
      readonly at: number;
      readonly length: number;
      readonly seed: number;
    }
  | { readonly kind: 'delete' | 'zero'; readonly at: number; readonly length: number }
  | { readonly kind: 'move'; readonly at: number; readonly length: number; readonly to: number };

/** `at` and `to` are parts of the length, 0 to 1. */
export function applyEdits(old: Buffer, edits: readonly Edit[]): Buffer {
  let bytes = Buffer.from(old);
  for (const edit of edits) {
    const at = Math.floor(edit.at * bytes.length);
    const end = Math.min(bytes.length, at + edit.length);
    const [head, middle, tail] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    switch (edit.kind) {
      case 'overwrite':
        middle.set(noise(middle.length, edit.seed));
        break;
      case 'insert':
        bytes = Buffer.concat([head, noise(edit.length, edit.seed), middle, tail]);
        break;
      case 'delete':
        bytes = Buffer.concat([head, tail]);
        break;
      case 'zero':
        middle.fill(0);
        break;
      case 'move': {
        const rest = Buffer.concat([head, tail]);
        const to = Math.floor(edit.to * rest.length);
        bytes = Buffer.concat([rest.subarray(0, to), middle, rest.subarray(to)]);
        break;
      }
    }
  }
  return bytes;
}

/** Edits of up to `mostBytes` each. */
export function anyEdits(mostBytes: number): fc.Arbitrary<Edit[]> {
  const at = fc.double({ min: 0, max: 1, noNaN: true });
  const length = fc.nat({ max: mostBytes });
  const seed = fc.integer();
  return fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom('overwrite' as const, 'insert' as const), at, length, seed }),
      fc.record({ kind: fc.constantFrom('delete' as const, 'zero' as const), at, length }),
      fc.record({ kind: fc.constant('move' as const), at, length, to: at }),
    ),
    { maxLength: 8 },
  );
}
