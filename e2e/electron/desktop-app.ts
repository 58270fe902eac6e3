import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { findElectron } from '../../tools/electron-binary.ts';
import { projectFolder } from '../../tools/project-files.ts';
import { removeTree } from '../../tools/trees/remove-tree.ts';

/** Arguments that start the built app; as root Chromium's own sandbox cannot start. */
export function appArguments(...more: readonly string[]): string[] {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [...sandbox, projectFolder, ...more];
}

/** Electron's program. @throws Error when it is not here: the suite is left out then. */
export function electronProgram(): string {
  const program = findElectron();
  if (program === null) throw new Error('no Electron: npm run electron:get');
  return program;
}

/** The desktop app as a person starts it, with a home of its own. */
export interface DesktopApp extends AsyncDisposable {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly env: Record<string, string>;
}

/** Starts the built app on a fresh home. Disposing of it ends the app and removes the home. */
export async function startDesktopApp(): Promise<DesktopApp> {
  const folder = await mkdtemp(join(tmpdir(), 'ferry-desktop-'));
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const env = {
    ...Object.fromEntries(inherited),
    FERRY_HOME: join(folder, 'home'),
    // Electron's own data goes below it too
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
  const app = await _electron.launch({ executablePath: electronProgram(), args: appArguments(), env });
  const page = await app.firstWindow();
  return {
    app,
    page,
    env,
    async [Symbol.asyncDispose]() {
      await app.close();
      removeTree(folder);
    },
  };
}
