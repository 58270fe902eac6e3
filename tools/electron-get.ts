import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { electronInstaller, findElectron } from './electron-binary.ts';

/** `npm run electron:get`: fetches Electron's program with its own installer. Exit 1 when it cannot be had. */

const OTHERWISE = '`npm start` serves the same app to the browser.';

/** The line of an error and its stack that says what happened. */
function reasonIn(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const inOrder = [/\bE[A-Z]{4,}\b/, /Error\b/, /./];
  return inOrder.map((pattern) => lines.find((line) => pattern.test(line))).find((line) => line) ?? '';
}

async function fetchElectron(): Promise<string | null> {
  if (!existsSync(electronInstaller)) return 'the package is not installed; run `npm ci`';
  const child = spawn(process.execPath, [electronInstaller], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (output += part));
  await once(child, 'close');
  return findElectron() === null ? reasonIn(output) : null;
}

if (findElectron() === null) console.log('Fetching Electron ...');
const problem = findElectron() === null ? await fetchElectron() : null;
if (problem === null) {
  console.log(`Electron is at ${findElectron()}.`);
} else {
  console.log(`Electron cannot be fetched here (${problem}); ${OTHERWISE}`);
  process.exitCode = 1;
}
