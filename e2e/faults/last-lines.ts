import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from '../device.ts';

const LOGGED_BYTES = 3_000;

/** The last of what a device has logged. */
export function lastLines({ home }: Device): string {
  const folder = join(home, 'logs');
  if (!existsSync(folder)) return '';
  const texts = readdirSync(folder)
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  return texts.join('').slice(-LOGGED_BYTES);
}
