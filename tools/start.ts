import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildApp, buildRenderer } from './build-app.ts';
import { findElectron } from './electron-binary.ts';
import { type JsonLine, parseJsonLine } from './ferry-process.ts';
import { projectFolder } from './project-files.ts';

/**
 * `npm start`: the desktop app, or without Electron's program the same app in the browser. `--no-open` only
 * prints the address; everything else is handed on, to `ferry serve` where it serves.
 */

const WITHOUT_ELECTRON =
  'The desktop app needs Electron, which is not here (`npm run electron:get` fetches it): serving the same app to the browser.';

const CLI = ['--disable-warning=ExperimentalWarning', join(projectFolder, 'src/cli/index.ts')];

/** How a page is opened on this system's desktop; null where there is none. */
function opener(): readonly [command: string, ...args: string[]] | null {
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['cmd', '/c', 'start', ''];
  return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? ['xdg-open'] : null;
}

function openInBrowser(url: string): void {
  const found = opener();
  if (found === null) return;
  const [command, ...args] = found;
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  // the address is printed anyway
  child.on('error', () => undefined);
  child.unref();
}

async function runElectron(program: string, args: readonly string[]): Promise<number> {
  await buildApp();
  const child = spawn(program, [projectFolder, ...args], { stdio: 'inherit' });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGINT', () => undefined);
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

function announce(url: string, mayOpen: boolean): void {
  console.log(`\n  ${url}\n\nThe link works once, for ten minutes; \`bin/ferry web\` prints another.`);
  if (mayOpen) openInBrowser(url);
}

/** Runs `ferry ... --json`, shows each line to `take`, and resolves with its exit code. */
async function runFerryHere(args: readonly string[], take: (line: JsonLine) => void): Promise<number> {
  const child = spawn(process.execPath, [...CLI, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // a terminal tells its whole group; the child ends in order and we with it
  const keepOn = (): void => undefined;
  const forward = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', keepOn).on('SIGTERM', forward);
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    const parsed = parseJsonLine(line);
    if (parsed !== null) take(parsed);
  }
  const [code] = (await ended) as [number | null];
  process.off('SIGINT', keepOn).off('SIGTERM', forward);
  return code ?? 1;
}

async function serve(args: readonly string[], mayOpen: boolean): Promise<number> {
  console.log(WITHOUT_ELECTRON);
  await buildRenderer();
  const web = args.some((arg) => /^--web(=|$)/.test(arg)) ? [] : ['--web'];
  let inUse = false;
  const code = await runFerryHere(['serve', ...args, ...web], (line) => {
    if (line.kind === 'ready' && typeof line['web'] === 'string') {
      announce(line['web'], mayOpen);
      console.log('Ctrl-C ends Ferry.');
    }
    if (line.kind !== 'error') return;
    inUse = line['code'] === 'home-in-use';
    if (!inUse) console.error(`ferry: ${String(line['message'])}`);
  });
  if (!inUse) return code;
  console.log('Ferry runs already; this is a link to its page:');
  return await runFerryHere(['web'], (line) => {
    if (line.kind === 'web') announce(String(line['url']), mayOpen);
    if (line.kind === 'error') console.error(`ferry: ${String(line['message'])}`);
  });
}

const args = process.argv.slice(2).filter((arg) => arg !== '--no-open');
const electron = findElectron();
try {
  process.exitCode =
    electron === null
      ? await serve(args, !process.argv.includes('--no-open'))
      : await runElectron(electron, args);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
