import type * as NodeFs from 'node:fs';
import { createRequire } from 'node:module';

/**
 * The one file system module of the engine. Electron's own `fs` opens `.asar` archives as folders,
 * in workers too; a copier must see files, so there it takes `original-fs`.
 */
const load = createRequire(import.meta.url);

export const fs: typeof NodeFs = load(
  process.versions['electron'] === undefined ? 'node:fs' : 'original-fs',
) as typeof NodeFs;
