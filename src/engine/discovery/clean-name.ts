import { MAX_DEVICE_NAME_CODE_POINTS } from '../wire/limits.ts';

/** Controls, format marks (bidi, zero width), lone surrogates, line and paragraph separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Far more UTF-16 units than a kept name can have; the rest is not even looked at. */
const MAX_INPUT_UNITS = 1024;

/**
 * A device name as it may be shown and announced: no controls, no bidi or zero-width marks, one kind of
 * space, NFC, at most 64 code points and at most `maxBytes` of UTF-8. Null when nothing is left.
 */
export function cleanName(text: string, maxBytes = Number.POSITIVE_INFINITY): string | null {
  const plain = text
    .slice(0, MAX_INPUT_UNITS)
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(UNSAFE, '')
    .trim();
  let kept = '';
  let bytes = 0;
  for (const point of Array.from(plain).slice(0, MAX_DEVICE_NAME_CODE_POINTS)) {
    bytes += Buffer.byteLength(point);
    if (bytes > maxBytes) break;
    kept += point;
  }
  kept = kept.trim();
  return kept === '' ? null : kept;
}
