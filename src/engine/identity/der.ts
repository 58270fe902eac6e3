/** The few DER forms a certificate needs (ITU-T X.690). Writing only; nothing foreign is parsed here. */

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const CONTEXT_CONSTRUCTED = 0xa0;
const LONG_FORM = 0x80;
const BASE_128_MORE = 0x80;

/** Tag, length in the shortest form, content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < LONG_FORM) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const digits = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, LONG_FORM | digits.length]), digits, body]);
}

export function sequence(...content: readonly Uint8Array[]): Buffer {
  return element(SEQUENCE, ...content);
}

export function set(...content: readonly Uint8Array[]): Buffer {
  return element(SET, ...content);
}

/** `[number]` around its content, constructed. */
export function tagged(number: number, ...content: readonly Uint8Array[]): Buffer {
  return element(CONTEXT_CONSTRUCTED | number, ...content);
}

/** A positive integer from big-endian bytes whose first byte is 0x01..0x7f (so that the form is the shortest). */
export function positiveInteger(bytes: Uint8Array): Buffer {
  return element(INTEGER, bytes);
}

export function octetString(...content: readonly Uint8Array[]): Buffer {
  return element(OCTET_STRING, ...content);
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return element(BIT_STRING, Buffer.from([unusedBits]), bytes);
}

export function utf8String(text: string): Buffer {
  return element(UTF8_STRING, Buffer.from(text));
}

/** An object identifier from its dotted form. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const septets = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) septets.unshift((left & 0x7f) | BASE_128_MORE);
    bytes.push(...septets);
  }
  return element(OBJECT_IDENTIFIER, Buffer.from(bytes));
}
