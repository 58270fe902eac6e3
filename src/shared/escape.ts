/**
 * Text that came from another machine, made safe to show. A name may hold terminal commands, line breaks
 * that forge a line of ours, or bidi marks that turn `exe.gpj` round: all of them are shown as escapes.
 */

/**
 * C0, DEL and C1 controls; bidi marks, embeddings, overrides and isolates; line and paragraph separators;
 * zero-width space and BOM; invisible tag characters; halves of surrogate pairs.
 * ZWJ and variation selectors stay: emoji and several scripts need them.
 */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}\p{Surrogate}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const LAST_TWO_DIGIT_CODE = 0xff;

function escapeCharacter(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code <= LAST_TWO_DIGIT_CODE ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}

/**
 * `text` with everything unsafe as `\n`, `\x1b`, `\u{202e}`. The result is one line. Backslashes stay as they
 * are, so escaping twice changes nothing; the form is for reading, exact bytes travel beside it.
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** Characters that JSON.stringify leaves raw (it escapes C0 and halves of surrogates by itself). */
const RAW_IN_JSON =
  /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** One line of JSON that parses to exactly `value` and can do nothing to a terminal. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(RAW_IN_JSON, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
