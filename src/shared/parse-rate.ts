/** Powers of ten, not of two: a rate is what link makers print on the box. */
const SCALE: Readonly<Record<string, number>> = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

const RATE = /^(\d{1,15}(?:\.\d{1,6})?) ?([kKMGT]?)(B|bit)\/s$/;

const BITS_PER_BYTE = 8;

/**
 * RATE as a person types it (`150MB/s`, `2Gbit/s`, `800 kB/s`) in bytes per second.
 * Null when it is not a rate, or none that anything could move at (less than one byte a second).
 */
export function parseRate(text: string): number | null {
  const match = RATE.exec(text.trim());
  if (match === null) return null;
  const [, amount = '', prefix = '', unit = ''] = match;
  const perSecond = Number(amount) * (SCALE[prefix] ?? Number.NaN);
  const bytesPerSecond = Math.floor(unit === 'bit' ? perSecond / BITS_PER_BYTE : perSecond);
  return bytesPerSecond >= 1 && bytesPerSecond <= Number.MAX_SAFE_INTEGER ? bytesPerSecond : null;
}
