import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const projectFolder = join(import.meta.dirname, '..');

/** Every file of the project that git tracks or would track, relative to `projectFolder`. */
export function listProjectFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectFolder,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(projectFolder, path)));
}
