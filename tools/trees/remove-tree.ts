import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';

function unlock(folder: Buffer): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { encoding: 'buffer', withFileTypes: true })) {
    if (entry.isDirectory()) unlock(Buffer.concat([folder, Buffer.from('/'), entry.name]));
  }
}

/** Removes a tree whatever modes its folders have; nothing there is fine. */
export function removeTree(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isDirectory()) unlock(Buffer.from(path));
  rmSync(path, { recursive: true, force: true });
}
