import { type Browser, chromium } from 'playwright-core';
import { findCommand } from './system-packages.ts';

/** Where the browser for tests and pictures is; null when there is none. */
export function findBrowser(): string | null {
  return findCommand('chromium') ?? findCommand('google-chrome');
}

/** Starts it without a window. The caller closes it. @throws Error when there is none. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error('no chromium: sudo apt-get install chromium');
  // As root its own sandbox cannot start, and /dev/shm is small in containers.
  const args = ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  return await chromium.launch({ executablePath, args });
}
