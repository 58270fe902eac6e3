import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { listProjectFiles, projectFolder } from './project-files.ts';

const MAX_LINES = 400;
const CODE = /\.(ts|tsx|mjs|css|html)$/;
/** Homes that documents use as examples. */
const PERSONAL_PATH = /(?:\/home\/|\/Users\/|[A-Z]:\\Users\\)(?!(?:you|me|user|NAME|[a-z])\b)[A-Za-z][\w.-]*/;

/** Code may have at most 400 lines a file. */
export function findLongFiles(): string[] {
  const code = listProjectFiles().filter((path) => CODE.test(path));
  if (code.length === 0) return ['no code was found to look at'];
  return code
    .map((path) => ({ path, lines: readFileSync(join(projectFolder, path), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${MAX_LINES} are allowed`);
}

/** The lockfile must work with any registry: no package of it may be tied to a host. */
export function findLockedHosts(lockfile: string): string[] {
  const lock = JSON.parse(lockfile) as { packages: Record<string, { resolved?: string }> };
  if (Object.keys(lock.packages).length < 2) return ['the lockfile names no packages'];
  return Object.entries(lock.packages)
    .filter(([, one]) => /^[a-z+]+:\/\//.test(one.resolved ?? ''))
    .map(([path, one]) => `package-lock.json: ${path} is tied to ${one.resolved}`);
}

/** The places of this machine that no file of the project may name. */
function privatePlaces(): string[] {
  return [projectFolder, homedir()].filter((place) => place.split('/').length > 2);
}

/** What in `text` belongs to somebody's machine, or null. */
export function findMachinePath(text: string, places: readonly string[]): string | null {
  return places.find((place) => text.includes(place)) ?? PERSONAL_PATH.exec(text)?.[0] ?? null;
}

/** No file may hold a path of the machine it was written on. */
export function findMachinePaths(): string[] {
  const files = listProjectFiles();
  if (files.length === 0) return ['no file was found to look at'];
  return files.flatMap((path) => {
    const found = findMachinePath(readFileSync(join(projectFolder, path), 'utf8'), privatePlaces());
    return found === null ? [] : [`${path}: names a place of one machine: ${found}`];
  });
}
