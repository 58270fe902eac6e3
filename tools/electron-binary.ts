import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './project-files.ts';

const electronFolder = join(projectFolder, 'node_modules/electron');

/** The script with which Electron's package fetches its binary. */
export const electronInstaller = join(electronFolder, 'install.js');

/** Electron's program, found as a file (the package itself fetches or throws when it is asked); null without. */
export function findElectron(): string | null {
  const where = join(electronFolder, 'path.txt');
  if (!existsSync(where)) return null;
  const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(electronFolder, 'dist');
  const path = join(dist, readFileSync(where, 'utf8').trim());
  return existsSync(path) && statSync(path).isFile() ? path : null;
}
