import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../tools/project-files.ts';
import type { BenchData, Scenario } from '../scenario.ts';

/** Source text of this project, again and again with a line that differs, until there is enough. */
function createText(folder: string, bytes: number): BenchData {
  const source = join(folder, 'text');
  mkdirSync(source);
  const texts = readdirSync(join(projectFolder, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  const file = openSync(join(source, 'all.txt'), 'wx');
  let written = 0;
  for (let part = 0; written < bytes; part++) {
    const text = texts[part % texts.length] ?? Buffer.from('text\n');
    written += writeSync(file, Buffer.concat([Buffer.from(`part ${part}\n`), text]));
  }
  closeSync(file);
  return { source, bytes: written, files: 1 };
}

const RIVALS = ['ferry-uncompressed', 'ferry'];

export const text: Scenario = {
  name: 'text',
  describes: '100 MB of source text over 100 Mbit/s (network namespaces, tc-tbf)',
  create: (folder, scale) => createText(folder, 100e6 * scale),
  rivals: RIVALS,
  link: '100mbit',
  memoryGib: 2,
  floors: { 'ferry, uncompressed': 3 },
};

export const textLoopback: Scenario = {
  name: 'text-loopback',
  describes: '1 GB of source text over loopback: compression must cost nothing',
  create: (folder, scale) => createText(folder, 1e9 * scale),
  rivals: RIVALS,
  link: 'loopback',
  memoryGib: 6,
  floors: { 'ferry, uncompressed': 0.97 },
};
