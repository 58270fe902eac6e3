import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const projectFolder = join(import.meta.dirname, '..');

/** What a checkout holds beside the project, for a copy of it that git cannot list. */
const NOT_OURS = new Set(['.git', 'node_modules', 'coverage', 'out', 'dist', '.tmp']);

function listByGit(): string[] | null {
  const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectFolder,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return git.status === 0 ? git.stdout.split('\0').filter((path) => path !== '') : null;
}

function listByWalk(folder = ''): string[] {
  return readdirSync(join(projectFolder, folder), { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listByWalk(path) : [path];
    });
}

/**
 * Every file of the project, relative to `projectFolder`: those that git tracks or would track; without git
 * (no repository, or one of another user) all that lies there.
 */
export function listProjectFiles(): string[] {
  const isFile = (path: string): boolean =>
    existsSync(join(projectFolder, path)) && statSync(join(projectFolder, path)).isFile();
  return (listByGit() ?? listByWalk()).filter(isFile);
}
