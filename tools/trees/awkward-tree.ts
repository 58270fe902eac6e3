import { createTreeWriter, type TreeCounts, type TreeWriter } from './tree-writer.ts';

export interface AwkwardTreeOptions {
  readonly seed?: string;
  /** Hole at the end of the sparse file. */
  readonly holeBytes?: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const DEEPEST = 100;

function writeSizes(tree: TreeWriter): void {
  tree.folder('sizes');
  const sizes = [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 17];
  for (const size of sizes) tree.file(`sizes/${size} bytes`, size);
}

function writeModes(tree: TreeWriter): void {
  tree.folder('modes');
  for (const mode of [0o400, 0o444, 0o600, 0o640, 0o755, 0o777]) {
    tree.file(`modes/file-${mode.toString(8)}`, 100, mode);
  }
  for (const mode of [0o555, 0o700, 0o777]) {
    const folder = `modes/folder-${mode.toString(8)}`;
    tree.folder(folder, mode);
    tree.file(`${folder}/inside`, 10);
  }
}

function writeEmptyFolders(tree: TreeWriter): void {
  tree.folder('empty-folders');
  tree.folder('empty-folders/one');
  tree.folder('empty-folders/two');
  tree.folder('empty-folders/two/below', 0o555);
}

function writeLinks(tree: TreeWriter): void {
  tree.folder('links');
  tree.file('links/target', 1000);
  tree.folder('links/folder');
  tree.file('links/folder/inside', 10);
  tree.link('links/to-file', 'target');
  tree.link('links/to-folder', 'folder');
  tree.link('links/dangling', 'nothing/here');
  tree.link('links/absolute', '/etc/hostname');
  tree.link('links/loop', 'loop');
  tree.link('links/ring-a', 'ring-b');
  tree.link('links/ring-b', 'ring-a');
  tree.link('links/up', '../..');
  tree.link('links/long-target', 'x/'.repeat(600));
  tree.link('links/bytes-target', Buffer.from([0xff, 0x2f, 0xfe, 0x0a]));
}

function writeHardLinks(tree: TreeWriter): void {
  tree.folder('hard-links');
  tree.folder('hard-links/elsewhere');
  tree.file('hard-links/first', 5000, 0o640);
  tree.hardLink('hard-links/second', 'hard-links/first');
  tree.hardLink('hard-links/elsewhere/third', 'hard-links/first');
  tree.file('hard-links/large', 2 * MIB + 5);
  tree.hardLink('hard-links/elsewhere/large-too', 'hard-links/large');
  tree.file('hard-links/empty', 0);
  tree.hardLink('hard-links/empty-too', 'hard-links/empty');
}

function writeNames(tree: TreeWriter): void {
  tree.folder('names');
  const names = [
    'n'.repeat(255),
    '\u{6f22}'.repeat(85),
    'line\nbreak',
    '\u{1f6a2} ferry',
    '-rf',
    '--help',
    ' leading and trailing ',
    '..foo',
    '...',
    '.hidden',
    '.ferry-x.part',
    'back\\slash',
    'quote\'s and "doubles"',
    '*?[glob]',
    '$HOME `id`',
    'tab\there',
    '\u{1b}[31mred',
    'colon:name',
    'NUL.txt',
    'caf\u{e9}',
    'cafe\u{301}',
    'Case',
    'case',
  ];
  for (const name of names) tree.file(`names/${name}`, 20);
  const inNames = (...bytes: number[]): Buffer => Buffer.concat([Buffer.from('names/'), Buffer.from(bytes)]);
  tree.file(inNames(0xff, 0xfe, 0x80), 20);
  tree.file(inNames(0x61, 0xc3), 20);
  tree.folder(inNames(0xc0, 0xaf));
  tree.file(inNames(0xc0, 0xaf, 0x2f, 0xf8, 0x0a), 20);
  tree.folder('names/-folder with space\n');
  tree.file('names/-folder with space\n/inside', 20);
}

function writeDeepNest(tree: TreeWriter): void {
  let path = 'deep';
  tree.folder(path);
  for (let depth = 1; depth < DEEPEST; depth++) {
    path += `/d${depth}`;
    tree.folder(path);
  }
  tree.file(`${path}/bottom`, 33);
}

/**
 * Makes `root` with every kind of entry that a copy must keep: see the functions above. Names are bytes,
 * times are exact to the nanosecond and all different. Remove it with `removeTree`: some folders are read-only.
 */
export function createAwkwardTree(root: string, options: AwkwardTreeOptions = {}): TreeCounts {
  const { seed = 'awkward-tree', holeBytes = 1024 * MIB } = options;
  const tree = createTreeWriter(root, seed);
  tree.file('empty', 0);
  writeSizes(tree);
  writeModes(tree);
  writeEmptyFolders(tree);
  writeLinks(tree);
  writeHardLinks(tree);
  writeNames(tree);
  writeDeepNest(tree);
  tree.folder('sparse');
  tree.sparseFile('sparse/data-in-the-middle', 33 * MIB + holeBytes, [{ at: 32 * MIB, bytes: MIB }]);
  tree.sparseFile('sparse/only-hole', 8 * MIB, []);
  tree.sparseFile('sparse/uneven', 4 * MIB + 3, [
    { at: 12_345, bytes: 100 },
    { at: 3 * MIB + 1, bytes: 70_000 },
  ]);
  return tree.finish();
}
