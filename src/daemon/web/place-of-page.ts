import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../shared/failure.ts';
import type { WebWishes } from '../session.ts';
import { parseWebAddress, type WebAddress } from './web-address.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Where Ferry's own page is once it is built, in a checkout and in a package. */
const OWN_PAGE = join(ROOT, 'out/renderer');

/** There in a checkout only, not in a package. */
const BUILDER = join(ROOT, 'tools/build-app.ts');
const BUNDLER = join(ROOT, 'node_modules/vite/package.json');

/**
 * Where the page is to be served and from which folder. In a checkout the page is built first when its sources
 * are newer: what is served is what the sources say, as with everything else that runs from a checkout.
 * Throws Failure `usage` for a wrong address, or when the page cannot be built.
 */
export async function placeOfPage(
  wishes: WebWishes,
  signal: AbortSignal,
): Promise<{ readonly address: WebAddress; readonly pageRoot: string }> {
  const address = parseWebAddress(wishes.address);
  if (wishes.pageRoot !== undefined) return { address, pageRoot: wishes.pageRoot };
  if ((await exists(BUILDER)) && (await exists(BUNDLER))) await build(signal);
  return { address, pageRoot: OWN_PAGE };
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function build(signal: AbortSignal): Promise<void> {
  // its words are for people: stdout is for the lines of this command
  const child = spawn(process.execPath, [BUILDER, '--renderer'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let said = '';
  const note = (part: Buffer): void => {
    said += part.toString();
    process.stderr.write(part);
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const [code] = (await once(child, 'close').catch((error: unknown) => {
    throw signal.aborted ? new Failure('cancelled') : new Failure('usage', { reason: 'no page' }, error);
  })) as [number | null];
  if (signal.aborted) throw new Failure('cancelled');
  if (code !== 0) {
    const reason = `the page cannot be built: ${said.trim().split('\n', 1).join('')}`;
    throw new Failure('usage', { reason });
  }
}
