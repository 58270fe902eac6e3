import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../tools/project-files.ts';
import type { BenchData, Scenario } from '../scenario.ts';

/** Real trees that are there anyway: what npm installed, this project's text, and the system's headers. */
const TREES: readonly (readonly [name: string, path: string])[] = [
  ['node_modules', join(projectFolder, 'node_modules')],
  ['src', join(projectFolder, 'src')],
  ['docs', join(projectFolder, 'docs')],
  ['include', '/usr/include'],
];
/** 2024-01-01. */
const FOLDER_TIME_S = 1_704_067_200;

function create(folder: string): BenchData {
  const source = join(folder, 'mixed');
  mkdirSync(source);
  for (const [name, path] of TREES) {
    if (existsSync(path))
      cpSync(realpathSync(path), join(source, name), { recursive: true, verbatimSymlinks: true });
  }
  let bytes = 0;
  let files = 0;
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!lstatSync(path).isFile()) continue;
    files += 1;
    bytes += statSync(path).size;
  }
  // rsync keeps folder times to the second only, and it is one of those who copy this tree.
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) utimesSync(join(entry.parentPath, entry.name), FOLDER_TIME_S, FOLDER_TIME_S);
  }
  utimesSync(source, FOLDER_TIME_S, FOLDER_TIME_S);
  return { source, bytes, files };
}

export const mixed: Scenario = {
  name: 'mixed',
  describes: 'a real tree: node_modules, sources, documents and headers',
  create,
  rivals: ['rsync-daemon', 'rsync-ssh', 'cp', 'tar', 'ferry'],
  link: 'loopback',
  memoryGib: 8,
  floors: { 'rsync daemon': 1.5 },
};
