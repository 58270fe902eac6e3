import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEEP_LINK_SCHEME } from '../shared/deep-link.ts';

/** A drop of more than this is handed over by its folder. */
const MAX_PATHS = 10_000;
/** One start opens one link; more are somebody's mistake. */
const MAX_LINKS = 4;

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
  if (argument === '' || isLink(argument)) return null;
  const path = argument.startsWith('file:') ? toFilePath(argument) : resolve(cwd, argument);
  return path === null || path.includes('\0') ? null : path;
}

/** Whether an argument is a `ferry:` link, as systems hand them over, and no path. */
function isLink(argument: string): boolean {
  return argument.toLowerCase().startsWith(`${DEEP_LINK_SCHEME}:`);
}

/** The `ferry:` links of a start; after `--` there are none. */
export function linksOfArguments(args: readonly string[]): readonly string[] {
  const split = args.indexOf('--');
  return (split === -1 ? args : args.slice(0, split)).filter(isLink).slice(0, MAX_LINKS);
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
  readonly links: readonly string[];
}

/** Reads what came with `second-instance`. Another program of this person may have sent anything. */
export function readSecondStart(data: unknown): SecondStart {
  return { paths: textsOf(data, 'paths', MAX_PATHS), links: textsOf(data, 'links', MAX_LINKS) };
}

function textsOf(data: unknown, key: keyof SecondStart, most: number): readonly string[] {
  if (typeof data !== 'object' || data === null || !(key in data)) return [];
  const texts = (data as Readonly<Record<string, unknown>>)[key];
  if (!Array.isArray(texts)) return [];
  return texts.filter((one): one is string => typeof one === 'string' && one !== '').slice(0, most);
}
