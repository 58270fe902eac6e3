import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Browsers tell times in whole milliseconds. */
const TIME_STEP_MS = 1;

async function listAll(root: string): Promise<Map<string, { isFolder: boolean }>> {
  const found = new Map<string, { isFolder: boolean }>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    found.set(join(entry.parentPath, entry.name).slice(root.length + 1), { isFolder: entry.isDirectory() });
  }
  return found;
}

/**
 * What differs between two trees in what a browser can tell: names, kinds, bytes and the times of files to the
 * millisecond. One line each. Modes and times of folders are not a page's to know.
 */
export async function compareContent(source: string, copy: string): Promise<readonly string[]> {
  const [theirs, ours] = await Promise.all([listAll(source), listAll(copy)]);
  const differences: string[] = [];
  for (const path of new Set([...theirs.keys(), ...ours.keys()])) {
    const [one, other] = [theirs.get(path), ours.get(path)];
    if (one === undefined || other === undefined || one.isFolder !== other.isFolder) {
      differences.push(`${path}: only on one side, or of another kind`);
      continue;
    }
    if (one.isFolder) continue;
    const [from, to] = [join(source, path), join(copy, path)];
    if (!(await readFile(from)).equals(await readFile(to))) differences.push(`${path}: bytes`);
    const [fromStat, toStat] = [await stat(from), await stat(to)];
    if (Math.abs(fromStat.mtimeMs - toStat.mtimeMs) > TIME_STEP_MS) differences.push(`${path}: time`);
  }
  return differences;
}
