import { MAX_DEVICE_NAME_CODE_POINTS } from '../wire/limits.ts';

/**
 * Controls, format characters (bidi marks, zero width, tags), lone surrogates, private use and unassigned code
 * points, and line or paragraph separators: nothing that could move a cursor, hide, or reorder what stands beside it.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
/** Marks stacked on one character climb over the lines above; no script needs more than a few. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

const NAMELESS = 'Unnamed device';

/** A device name fit to keep and show: 64 code points, no controls, single spaces, never empty. */
export function cleanDeviceName(name: string): string {
  const shown = name
    .replace(/\s/gu, ' ')
    .replace(UNSAFE, '')
    .replace(STACKED_MARKS, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
  const cut = [...shown].slice(0, MAX_DEVICE_NAME_CODE_POINTS).join('').trim();
  return cut === '' ? NAMELESS : cut;
}
