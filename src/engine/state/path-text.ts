const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** C0 and C1 controls, DEL, and the marks that turn or hide text. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** A path for people: itself when it is plain UTF-8, else every byte outside printable ASCII as `\xNN`. */
export function pathText(path: Uint8Array): string {
  try {
    const decoded = utf8.decode(path);
    if (!UNSAFE.test(decoded)) return decoded;
  } catch {
    // Not UTF-8: escaped below.
  }
  return Array.from(path, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}
