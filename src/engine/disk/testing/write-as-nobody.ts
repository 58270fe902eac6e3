import { chmodSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobId } from '../../../shared/ids.ts';
import { fromText } from '../../wire/byte-name.ts';
import { openDestination } from '../destination.ts';
import { TreeWriter } from '../tree-writer.ts';
import { becomeNobody } from './run-program.ts';

/**
 * Program: writes a tree with awkward modes under a umask, as a user who owns nothing else, and prints
 * what came out otherwise than asked.
 */
const [path = '', umask = ''] = process.argv.slice(2);
if (process.getuid?.() === 0) chmodSync(path, 0o777);
becomeNobody();
process.umask(Number.parseInt(umask, 8));

const FILE_MODES = [0o000, 0o400, 0o444, 0o600, 0o644, 0o666, 0o755, 0o777, 0o4755, 0o2755, 0o1777];
const FOLDER_MODES = [0o555, 0o500, 0o700, 0o755, 0o777, 0o000, 0o2777, 0o1777];
const times = { mtimeSec: 1_000_000_000, mtimeNs: 0 };
const writer = new TreeWriter(openDestination(Buffer.from(path)), '0'.repeat(32) as JobId, () => undefined);
const problems: string[] = [];
const expected = new Map<string, number>();

function addFolder(number: number, parent: number, name: string, mode: number): void {
  const sourceName = fromText(name);
  writer.folders.add(number, { parent, name: sourceName, sourceName });
  writer.createFolder(number, sourceName, { mode, ...times });
}

addFolder(1, 0, 'top', 0o555);
for (const [index, folderMode] of FOLDER_MODES.entries()) {
  const folder = `folder-${folderMode}`;
  addFolder(index + 2, 1, folder, folderMode);
  expected.set(`top/${folder}`, folderMode & 0o777);
  for (const mode of FILE_MODES) {
    const target = { folder: index + 2, name: fromText(`file-${mode}`), plan: { kind: 'new' } } as const;
    writer.writeSmall(target, Buffer.from('content'), { mode, ...times });
    if ((folderMode & 0o500) === 0o500) expected.set(`top/${folder}/file-${mode}`, mode & 0o777);
  }
}
// More closed folders than are kept open, with one inside each: children first, or nobody gets in any more.
for (let index = 0; index < 100; index++) {
  const number = FOLDER_MODES.length + 2 + index * 2;
  addFolder(number, 1, `closed-${index}`, 0o000);
  addFolder(number + 1, number, 'inside', 0o755);
}
await writer.finish((_folder, failure) => problems.push(failure.message));
writer.close();

const differences: string[] = [];
for (const [name, mode] of expected) {
  const stat = lstatSync(join(path, name));
  if ((stat.mode & 0o7777) !== mode) differences.push(`${name}: ${(stat.mode & 0o7777).toString(8)}`);
  if (stat.mtimeMs !== times.mtimeSec * 1000) differences.push(`${name}: ${stat.mtime.toISOString()}`);
  const isReadable = stat.isFile() && (stat.mode & 0o400) !== 0;
  if (isReadable && readFileSync(join(path, name), 'utf8') !== 'content')
    differences.push(`${name}: content`);
}
// The caller removes it all, as whoever it is.
process.stdout.write(JSON.stringify({ umask, problems, differences }));
