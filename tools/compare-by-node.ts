import {
  type BigIntStats,
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Called now and then with the number of entries compared so far. */
export type CompareProgress = (entries: number) => void;

const CHUNK_BYTES = 4 << 20;
const TURN_ENTRIES = 200;
/** A sparse file may take this much more room at the destination before it counts as filled. */
const HOLE_SLACK_BYTES = 1n << 20n;
const BLOCK_BYTES = 512n;

interface Pair {
  /** Latin-1 of the exact bytes, for messages and as key. */
  readonly name: string;
  readonly source: Buffer;
  readonly destination: Buffer;
}

interface Comparison {
  readonly differences: string[];
  /** Inode -> first name seen, on each side: two names belong together on both sides or on none. */
  readonly sourceInodes: Map<string, string>;
  readonly destinationInodes: Map<string, string>;
  readonly chunks: readonly [Buffer, Buffer];
  entries: number;
  readonly onProgress: CompareProgress;
}

function kindOf(stat: BigIntStats): string {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'folder';
  return stat.isSymbolicLink() ? 'link' : 'special';
}

function readWhole(file: number, chunk: Buffer): number {
  let filled = 0;
  while (filled < chunk.length) {
    const got = readSync(file, chunk, filled, chunk.length - filled, null);
    if (got === 0) break;
    filled += got;
  }
  return filled;
}

function hasSameContent(pair: Pair, [left, right]: readonly [Buffer, Buffer]): boolean {
  const source = openSync(pair.source, 'r');
  const destination = openSync(pair.destination, 'r');
  try {
    for (;;) {
      const filled = readWhole(source, left);
      if (readWhole(destination, right) !== filled) return false;
      if (left.compare(right, 0, filled, 0, filled) !== 0) return false;
      if (filled < left.length) return true;
    }
  } finally {
    closeSync(source);
    closeSync(destination);
  }
}

function firstName(inodes: Map<string, string>, stat: BigIntStats, name: string): string {
  const key = `${stat.dev}:${stat.ino}`;
  const known = inodes.get(key);
  if (known === undefined) inodes.set(key, name);
  return known ?? name;
}

function hasLostHoles(source: BigIntStats, destination: BigIntStats): boolean {
  const taken = source.blocks * BLOCK_BYTES;
  return taken < source.size && destination.blocks * BLOCK_BYTES > taken + HOLE_SLACK_BYTES;
}

function compareFile(state: Comparison, pair: Pair, source: BigIntStats, destination: BigIntStats): void {
  const differ = (what: string): void => void state.differences.push(`${what}: ${pair.name}`);
  const sourceFirst = firstName(state.sourceInodes, source, pair.name);
  const destinationFirst = firstName(state.destinationInodes, destination, pair.name);
  if (sourceFirst !== destinationFirst) differ('hard links differ');
  if (source.size !== destination.size) return differ('size differs');
  if (hasLostHoles(source, destination)) differ('holes were filled');
  // Other names of a file that was read already need no second reading.
  if (sourceFirst === pair.name || sourceFirst !== destinationFirst) {
    if (!hasSameContent(pair, state.chunks)) differ('content differs');
  }
}

function namesIn(folder: Buffer): Map<string, Buffer> {
  return new Map(readdirSync(folder, { encoding: 'buffer' }).map((name) => [name.toString('latin1'), name]));
}

async function compareFolder(state: Comparison, pair: Pair): Promise<void> {
  const there = namesIn(pair.destination);
  for (const [key, name] of namesIn(pair.source)) {
    const below = Buffer.concat([Buffer.from('/'), name]);
    const child: Pair = {
      name: `${pair.name}/${key}`,
      source: Buffer.concat([pair.source, below]),
      destination: Buffer.concat([pair.destination, below]),
    };
    if (there.delete(key)) await compareEntry(state, child);
    else state.differences.push(`missing: ${child.name}`);
  }
  for (const key of there.keys()) state.differences.push(`only at the destination: ${pair.name}/${key}`);
}

async function compareEntry(state: Comparison, pair: Pair): Promise<void> {
  const source = lstatSync(pair.source, { bigint: true });
  const destination = lstatSync(pair.destination, { bigint: true });
  const differ = (what: string): void => void state.differences.push(`${what}: ${pair.name}`);
  state.entries += 1;
  if (state.entries % TURN_ENTRIES === 0) {
    state.onProgress(state.entries);
    await nextTurn();
  }
  const kind = kindOf(source);
  if (kind !== kindOf(destination)) return differ('kind differs');
  if (source.mtimeNs !== destination.mtimeNs) differ('mtime differs');
  if (kind !== 'link' && (source.mode & 0o777n) !== (destination.mode & 0o777n)) differ('mode differs');
  if (kind === 'file') compareFile(state, pair, source, destination);
  if (kind === 'folder') await compareFolder(state, pair);
  if (kind === 'link') {
    const targets = [pair.source, pair.destination].map((path) => readlinkSync(path, { encoding: 'buffer' }));
    if (targets[0]?.equals(targets[1] ?? Buffer.alloc(0)) !== true) differ('link target differs');
  }
}

/**
 * Compares two trees (or files) byte by byte, with kinds, modes (& 0777), times to the nanosecond, link
 * targets, hard links and holes. Returns one line per difference; empty means identical. Uses no code of
 * Ferry's engine. Throws when something cannot be read.
 */
export async function compareByNode(
  source: string,
  destination: string,
  onProgress: CompareProgress = () => {},
): Promise<string[]> {
  const state: Comparison = {
    differences: [],
    sourceInodes: new Map(),
    destinationInodes: new Map(),
    chunks: [Buffer.alloc(CHUNK_BYTES), Buffer.alloc(CHUNK_BYTES)],
    entries: 0,
    onProgress,
  };
  await compareEntry(state, {
    name: '.',
    source: Buffer.from(source),
    destination: Buffer.from(destination),
  });
  onProgress(state.entries);
  return state.differences;
}
