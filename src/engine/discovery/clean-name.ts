import { plainDeviceName } from '../../shared/device-name.ts';

/** A device name fit to announce: as shown everywhere, and at most `maxBytes` of UTF-8. Null when nothing is left. */
export function cleanName(text: string, maxBytes = Number.POSITIVE_INFINITY): string | null {
  let kept = '';
  let bytes = 0;
  for (const point of plainDeviceName(text.normalize('NFC'))) {
    bytes += Buffer.byteLength(point);
    if (bytes > maxBytes) break;
    kept += point;
  }
  kept = kept.trim();
  return kept === '' ? null : kept;
}
