import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { hashBytes } from '../../src/engine/wire/block-hash.ts';
import { compareTrees } from '../../tools/compare-trees.ts';
import { removeTree } from '../../tools/trees/remove-tree.ts';
import { createSmallFiles } from '../../tools/trees/small-files.ts';
import type { Need } from '../expected-skips.ts';
import { runToEnd } from '../program.ts';
import type { FaultRow } from './fault-row.ts';
import type { FaultStage } from './fault-stage.ts';
import { FaultWorld } from './fault-world.ts';
import { violated } from './invariants.ts';
import { type TestedFileSystem, Vault } from './vault.ts';

const MIB = 1 << 20;
const HASH_BYTES = 32;
/** Cuts of one run of the devices. */
const CUTS_PER_RUN = 10;
/** After so many runs whose cuts show nothing, none will. */
const MAX_FRUITLESS_RUNS = 5;
/** A cut comes at a random moment of this time; large files take longer to come to something. */
const MOMENT_MS = { small: 500, large: 1_500 } as const;
const KINDS: readonly TestedFileSystem[] = ['ext4', 'xfs', 'btrfs'];
const NEEDS: Readonly<Record<TestedFileSystem, readonly Need[]>> = {
  // The image of every disk lies on an XFS.
  ext4: ['loop-mounts', 'mkfs.xfs'],
  xfs: ['loop-mounts', 'mkfs.xfs'],
  btrfs: ['loop-mounts', 'mkfs.xfs', 'mkfs.btrfs'],
};

/** What was true at a cut, to be found again on the disk. */
interface Cut {
  readonly number: number;
  /** Trees that were reported done before the power went. */
  readonly done: readonly string[];
}

type Copying = (world: FaultWorld, round: number) => Promise<string>;
/** Returns whether this cut has shown anything. */
type Looking = (world: FaultWorld, cut: Cut) => Promise<boolean> | boolean;

/** What is copied while the power goes, and what is looked at then. */
interface Doing {
  readonly copy: Copying;
  readonly look: Looking;
  readonly moment?: keyof typeof MOMENT_MS;
}

/** One run: copies onto the disk while the power goes again and again, then a look at what each cut has left. */
async function runUnderCuts(
  stage: FaultStage,
  kind: TestedFileSystem,
  { copy, look, moment = 'small' }: Doing,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ferry-vault-'));
  const vault = await Vault.create(folder, kind);
  const inbox = join(vault.mount, 'inbox');
  mkdirSync(inbox);
  const world = await FaultWorld.create({ alone: true, bob: { home: join(vault.mount, 'home'), inbox } });
  // What the devices are must outlive the first cut.
  await runToEnd('sync', ['-f', vault.mount]);
  try {
    const done: string[] = [];
    const cuts: Cut[] = [];
    let isOver = false;
    const copying = (async () => {
      for (let round = 0; !isOver; round += 1) done.push(await copy(world, round));
    })();
    const isEach = moment === 'small';
    const count = isEach ? Math.min(CUTS_PER_RUN, stage.wanted - stage.faults) : CUTS_PER_RUN;
    for (let at = 0; at < count; at += 1) {
      await stage.wait(MOMENT_MS[moment]);
      const before = [...done];
      cuts.push({ number: await vault.cut(), done: before });
    }
    isOver = true;
    await copying;
    await world.anna.close();
    await world.bob.close();
    await vault.unplug();
    for (const cut of cuts) {
      await vault.recover(cut.number);
      stage.attempt((await look(world, cut)) ? 1 : 0);
      await vault.forget(cut.number);
    }
    await vault.plug();
  } finally {
    await world.close();
    await vault.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs until so many cuts have shown something; some may find nothing to look at. */
async function underCuts(stage: FaultStage, kind: TestedFileSystem, doing: Doing): Promise<void> {
  for (let run = 0; stage.faults < stage.wanted; run += 1) {
    if (run > MAX_FRUITLESS_RUNS && stage.faults === 0) return;
    await runUnderCuts(stage, kind, doing);
  }
}

/** The database of a device whose disk was cut off: a copy of it, so that the look changes nothing. */
function openStateOf(world: FaultWorld): { database: DatabaseSync; close: () => void } {
  const copy = mkdtempSync(join(tmpdir(), 'ferry-state-'));
  for (const name of ['ferry.db', 'ferry.db-wal']) {
    const path = join(world.bob.home, name);
    if (existsSync(path)) cpSync(path, join(copy, name));
  }
  const database = new DatabaseSync(join(copy, 'ferry.db'));
  const close = () => {
    database.close();
    rmSync(copy, { recursive: true, force: true });
  };
  return { database, close };
}

/** Names of trees that the recovered database calls done. */
function doneInState(world: FaultWorld): string[] {
  const { database, close } = openStateOf(world);
  try {
    const [check] = database.prepare('PRAGMA integrity_check').all();
    if (check?.['integrity_check'] !== 'ok') throw violated('C3', `database: ${JSON.stringify(check)}`);
    const rows = database
      .prepare("SELECT names FROM jobs WHERE state = 'done' AND role = 'destination'")
      .all();
    return rows.flatMap((row) => JSON.parse(String(row['names'])) as string[]);
  } finally {
    close();
  }
}

/** From now on every rename of bob's takes half a second to return: it has happened, and its folder is not synced. */
function slowRenames(world: FaultWorld): void {
  const inject = 'inject=renameat2:delay_exit=300000';
  world.bob.startBeside('strace', ['-qq', '-f', '-o', '/dev/null', '-e', 'trace=renameat2', '-e', inject]);
}

/** A new folder of small files each time. */
async function copyNewFolder(world: FaultWorld, round: number): Promise<string> {
  const tree = world.tree(`tree ${round}`, { files: 60 });
  await world.copied(tree);
  return tree;
}

/** The same, once renames take their time. */
async function copySlowly(world: FaultWorld, round: number): Promise<string> {
  if (round === 0) slowRenames(world);
  return await copyNewFolder(world, round);
}

/** C1: what was reported done is whole, whoever reported it; what was not is not there or whole. */
async function lookAtFolders(world: FaultWorld, cut: Cut): Promise<boolean> {
  const reported = new Set([...cut.done, ...doneInState(world).map((name) => world.path('source', name))]);
  const names = readdirSync(world.bob.inbox).filter((name) => !name.startsWith('.ferry-'));
  for (const name of names) if (name !== 'own files') reported.add(world.path('source', name));
  for (const tree of reported) {
    const place = join(world.bob.inbox, tree.slice(tree.lastIndexOf('/') + 1));
    if (!existsSync(place)) throw violated('C1', `${place} was reported done and is gone`);
    const { differences } = await compareTrees(tree, place);
    if (differences.length > 0) throw violated('C1', `${place}: ${differences.slice(0, 3).join('; ')}`);
  }
  return true;
}

/** The same names with other content each time. */
async function replaceFolder(world: FaultWorld, round: number): Promise<string> {
  const tree = world.path('source', 'tree');
  removeTree(tree);
  createSmallFiles(join(tree, 'small'), { files: 60, seed: `version ${round}`, medianBytes: 3_000 });
  cpSync(tree, world.path('versions', String(round)), { recursive: true });
  await world.ended(await world.order(tree, { onConflict: 'replace' }));
  world.forget(tree);
  return String(round);
}

/** C2: each name holds one of the versions, whole; none that is older than what was reported done. */
function lookAtVersions(world: FaultWorld, cut: Cut): boolean {
  const there = join(world.bob.inbox, 'tree', 'small');
  if (!existsSync(there)) {
    if (cut.done.length > 0) throw violated('C2', 'the whole folder is gone');
    return true;
  }
  const versions = readdirSync(world.path('versions')).map(Number);
  const oldest = Math.max(-1, ...cut.done.map(Number));
  for (const name of readdirSync(there, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.bin')) continue;
    const content = readFileSync(join(there, name));
    const isOne = versions
      .filter((version) => version >= oldest)
      .some((version) =>
        readFileSync(world.path('versions', String(version), 'small', name)).equals(content),
      );
    if (!isOne) throw violated('C2', `${name} is neither old nor new (${content.length} bytes)`);
  }
  return true;
}

/** One large file at the top, so that its part lies where claims say. */
async function copyLarge(world: FaultWorld, round: number): Promise<string> {
  const tree = world.tree(`large ${round}`, { files: 1, bigBytes: 80 * MIB });
  const file = join(tree, 'big.bin');
  const job = await world.order(file, { onConflict: 'replace', limitBytesPerSecond: 40 * MIB });
  world.forget(file);
  await world.ended(job);
  return tree;
}

/** C3: the bytes of every claimed block are on the disk. */
function lookAtClaims(world: FaultWorld): boolean {
  const { database, close } = openStateOf(world);
  try {
    let claimed = 0;
    for (const row of database.prepare('SELECT part, first_block, hashes FROM claims').all()) {
      const path = join(world.bob.inbox, Buffer.from(row['part'] as Uint8Array).toString('utf8'));
      // A part that was published since its claims were written has its bytes under its name.
      const content = readFileSync(existsSync(path) ? path : join(world.bob.inbox, 'big.bin'));
      const hashes = Buffer.from(row['hashes'] as Uint8Array);
      for (let at = 0; at * HASH_BYTES < hashes.length; at += 1) {
        const offset = (Number(row['first_block']) + at) * MIB;
        const hash = hashBytes(content.subarray(offset, Math.min(offset + MIB, content.length)));
        if (!hash.equals(hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES))) {
          throw violated(
            'C3',
            `block ${Number(row['first_block']) + at} of ${path} is claimed and not there`,
          );
        }
        claimed += 1;
      }
    }
    return claimed > 0;
  } finally {
    close();
  }
}

interface PowerRow extends Pick<FaultRow, 'id' | 'name' | 'how' | 'floor'>, Doing {
  readonly needs?: readonly Need[];
}

const ROWS: readonly PowerRow[] = [
  {
    id: 'C1',
    name: 'power cut, small files',
    how: 'snapshot of the disk at a random moment, recovered and mounted',
    floor: { full: 50, reduced: 4 },
    copy: copyNewFolder,
    look: lookAtFolders,
  },
  {
    id: 'C2',
    name: 'power cut, overwrite',
    how: 'the same while existing files are replaced',
    floor: { full: 50, reduced: 0 },
    copy: replaceFolder,
    look: lookAtVersions,
  },
  {
    id: 'C3',
    name: 'claims are honest',
    how: 'the same during a large file; every claim is compared with the bytes on the disk',
    floor: { full: 20, reduced: 0 },
    copy: copyLarge,
    look: lookAtClaims,
    moment: 'large',
  },
  {
    id: 'C6',
    name: 'cut between rename and the sync of its folder',
    how: 'the renames of the receiver are slowed down by strace, so that cuts fall behind them',
    needs: ['strace'],
    floor: { full: 10, reduced: 0 },
    copy: copySlowly,
    look: lookAtFolders,
  },
];

/** Each row on each file system; in the reduced set on the first one only. */
export const POWER_ROWS: readonly FaultRow[] = ROWS.flatMap(
  ({ id, name, how, needs = [], floor, ...doing }) =>
    KINDS.map((kind) => ({
      name,
      how,
      id: `${id} ${kind}`,
      needs: [...NEEDS[kind], ...needs],
      floor: { ...floor, reduced: kind === KINDS[0] ? floor.reduced : 0 },
      run: (stage) => underCuts(stage, kind, doing),
    })),
);
