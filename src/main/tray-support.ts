import { execFile } from 'node:child_process';

const TIMEOUT_MS = 2_000;

/** What tells whether somebody on this desktop shows tray icons; each is asked until one can answer. */
const QUESTIONS: readonly (readonly [program: string, ...args: string[]])[] = [
  [
    'gdbus',
    'call',
    '--session',
    '--dest=org.freedesktop.DBus',
    '--object-path=/org/freedesktop/DBus',
    '--method=org.freedesktop.DBus.NameHasOwner',
    'org.kde.StatusNotifierWatcher',
  ],
  [
    'dbus-send',
    '--session',
    '--print-reply',
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.kde.StatusNotifierWatcher',
  ],
];

/** Output of a program, or null when it cannot be run or fails. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string | null>;

/**
 * Whether a tray icon would be seen. A Linux desktop may have none and does not say so when one is made; then
 * closing the window has to quit. Unknown counts as none.
 */
export async function hasTray(platform: NodeJS.Platform, run: RunProgram = runProgram): Promise<boolean> {
  if (platform !== 'linux') return true;
  for (const [program, ...args] of QUESTIONS) {
    const answer = await run(program, args);
    if (answer !== null) return /\btrue\b/.test(answer);
  }
  return false;
}

function runProgram(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: TIMEOUT_MS, encoding: 'utf8' }, (error, output) =>
      resolve(error === null ? output : null),
    );
  });
}
