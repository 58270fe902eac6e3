/** Longest device name in code points, once controls and bidi marks are removed. */
export const MAX_DEVICE_NAME_CODE_POINTS = 64;

/**
 * Controls, format characters (bidi marks, zero width, tags), lone surrogates, private use and unassigned code
 * points, and line or paragraph separators: nothing that could move a cursor, hide, or reorder what stands beside it.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
/** Marks stacked on one character climb over the lines above; no script needs more than a few. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** Far more UTF-16 units than a kept name can have; the rest is not even looked at. */
const MAX_INPUT_UNITS = 4096;

const NAMELESS = 'Unnamed device';

/** A device name without anything unsafe, at most 64 code points, single spaces; empty when nothing is left. */
export function plainDeviceName(name: string): string {
  const shown = name
    .slice(0, MAX_INPUT_UNITS)
    .replace(/\s/gu, ' ')
    .replace(UNSAFE, '')
    .replace(STACKED_MARKS, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
  return [...shown].slice(0, MAX_DEVICE_NAME_CODE_POINTS).join('').trim();
}

/** As {@link plainDeviceName}, but never empty. */
export function cleanDeviceName(name: string): string {
  const plain = plainDeviceName(name);
  return plain === '' ? NAMELESS : plain;
}
