import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from './browser.ts';
import { buildRenderer } from './build-app.ts';
import { type ServingFerry, startServe } from './ferry-process.ts';
import { createBigFile } from './trees/big-file.ts';
import { removeTree } from './trees/remove-tree.ts';
import { createSmallFiles } from './trees/small-files.ts';

const PHOTOS = { files: 400, medianBytes: 400_000 } as const;
const FILM_BYTES = 400_000_000;
const WINDOW = { width: 760, height: 860 } as const;

const hasDesktop =
  process.platform !== 'linux' || Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY']);

/** A window of its own for each device, side by side; where no browser is found the addresses are enough. */
function openWindows(folder: string, devices: readonly ServingFerry[]): void {
  const browser = findBrowser();
  if (browser === null || !hasDesktop) return;
  devices.forEach(({ web }, index) => {
    const args = [
      `--app=${web}`,
      `--user-data-dir=${join(folder, `window-${index}`)}`,
      `--window-size=${WINDOW.width},${WINDOW.height}`,
      `--window-position=${40 + index * (WINDOW.width + 20)},60`,
      '--no-first-run',
    ];
    spawn(browser, args, { stdio: 'ignore', detached: true }).unref();
  });
}

/**
 * Two devices with homes of their own on this machine, each in a window (or an address to open), and a folder
 * to drag from one to the other. Stays until Ctrl-C and leaves nothing behind.
 */
export async function showTwoApps(): Promise<void> {
  // From the first moment on: whatever has been started by then is ended and removed.
  const interrupted = once(process, 'SIGINT');
  await buildRenderer();
  const folder = mkdtempSync(join(tmpdir(), 'ferry-demo-'));
  const devices: ServingFerry[] = [];
  try {
    console.log('Starting two devices on this machine ...');
    for (const name of ['Left', 'Right']) {
      const [home, inbox] = [join(folder, `home-${name}`), join(folder, `inbox-${name}`)];
      for (const path of [home, inbox]) mkdirSync(path, { mode: 0o700 });
      const args = ['--port', '0', '--inbox', inbox, '--name', name, '--web', '127.0.0.1:0'];
      devices.push(await startServe({ args, home }));
    }
    const something = join(folder, 'Something to send');
    createSmallFiles(join(something, 'Photos'), PHOTOS);
    createBigFile(join(something, 'film.mov'), FILM_BYTES);
    for (const { name, web } of devices) console.log(`${name.padEnd(6)} ${web}`);
    console.log(`\nDrag this onto a device:  ${something}\nCtrl-C ends both and removes everything.`);
    openWindows(folder, devices);
    await interrupted;
  } finally {
    await Promise.all(devices.map((device) => device.stop()));
    removeTree(folder);
  }
}
