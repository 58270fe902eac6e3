/** Five bits a character, in the two alphabets Ferry shows to people. No padding. */

/** RFC 4648, lower case: short ids. */
export const RFC_4648_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
/** Douglas Crockford's, without I, L, O and U: codes that people read aloud and type. */
export const CROCKFORD_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const BITS = 5;

/** The first `length` characters of `bytes`; `bytes` must hold at least 5 × `length` bits. */
export function encodeBase32(bytes: Uint8Array, length: number, alphabet: string): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  let at = 0;
  while (text.length < length) {
    if (bits < BITS) {
      buffer = ((buffer << 8) | (bytes[at++] ?? 0)) & 0xffff;
      bits += 8;
    }
    bits -= BITS;
    text += alphabet.charAt((buffer >>> bits) & 31);
  }
  return text;
}

/** The bytes of `text`, or null when a character is not in `alphabet`. Left-over bits at the end are dropped. */
export function decodeBase32(text: string, alphabet: string): Buffer | null {
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) return null;
    buffer = ((buffer << BITS) | value) & 0xffff;
    bits += BITS;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((buffer >>> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}
