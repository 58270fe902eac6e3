import { bytesText } from './numbers.ts';

/** A limit as a person set it: `50 GB`, not `50.0 GB`. */
export function limitText(bytes: number, locale: string): string {
  return bytesText(bytes, locale).replace(/[.,]0+(?=\u00a0)/u, '');
}
