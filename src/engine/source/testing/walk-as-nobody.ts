import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { becomeNobody } from '../../disk/testing/run-program.ts';
import { DiskSource } from '../disk-source.ts';
import { Selection } from '../selection.ts';

/** Program: walks a tree with folders and files that may not be read, as a user who owns nothing else. */
const [root = ''] = process.argv.slice(2);
if (process.getuid?.() === 0) chmodSync(root, 0o777);
becomeNobody();

const tree = join(root, 'tree');
for (const folder of ['', 'closed', 'closed-later', 'names-only', 'open', 'readable-not-enterable']) {
  mkdirSync(join(tree, folder));
  writeFileSync(join(tree, folder, 'file'), 'content');
}
chmodSync(join(tree, 'open/file'), 0);
chmodSync(join(tree, 'closed'), 0o000);
chmodSync(join(tree, 'names-only'), 0o111);
chmodSync(join(tree, 'readable-not-enterable'), 0o444);

const selection = Selection.open([{ parent: Buffer.from(root), name: Buffer.from('tree') }]);
const source = new DiskSource(selection, new Set());
const records: string[] = [];
for (const record of iterate(source.records())) {
  if (record.kind === 'enter') records.push(`enter ${record.folder}`);
  else if (record.kind === 'problem') records.push(`problem ${record.name} ${record.code} ${record.reason}`);
  else records.push(`${record.kind} ${record.name}`);
  // It could be read when it was listed.
  if (records.at(-1) === 'folder closed-later') chmodSync(join(tree, 'closed-later'), 0);
}
source.close();
process.stdout.write(JSON.stringify(records));

function* iterate<Item>(iterator: Iterator<Item, void>): Generator<Item> {
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) yield next.value;
}
