import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A drop of more than this is handed over by its folder. */
const MAX_PATHS = 10_000;

/**
 * Files and folders that a start names: arguments that are no flags, relative ones taken from `cwd`, `file:`
 * addresses as a Linux desktop hands them over. After `--` everything is a path. `args` are those after the program.
 */
export function pathsOfArguments(args: readonly string[], cwd: string): readonly string[] {
  const split = args.indexOf('--');
  const before = (split === -1 ? args : args.slice(0, split)).filter((one) => !one.startsWith('-'));
  const after = split === -1 ? [] : args.slice(split + 1);
  const paths = [...before, ...after].map((one) => toPath(one, cwd)).filter((one) => one !== null);
  return [...new Set(paths)].slice(0, MAX_PATHS);
}

function toPath(argument: string, cwd: string): string | null {
  if (argument === '') return null;
  const path = argument.startsWith('file:') ? toFilePath(argument) : resolve(cwd, argument);
  return path === null || path.includes('\0') ? null : path;
}

function toFilePath(address: string): string | null {
  try {
    return fileURLToPath(address);
  } catch {
    // an address on another machine, or none
    return null;
  }
}

/** What a second start hands to the first: only text of ours is read from it. */
export interface SecondStart {
  readonly paths: readonly string[];
}

/** Reads what came with `second-instance`. Another program of this person may have sent anything. */
export function readSecondStart(data: unknown): SecondStart {
  const paths = typeof data === 'object' && data !== null && 'paths' in data ? data.paths : null;
  if (!Array.isArray(paths)) return { paths: [] };
  return {
    paths: paths.filter((one): one is string => typeof one === 'string' && one !== '').slice(0, MAX_PATHS),
  };
}
