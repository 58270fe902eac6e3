import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ByteName, fromText } from '../wire/byte-name.ts';
import { MAX_FOLDER_DEPTH } from '../wire/limits.ts';
import type { ListingRecord } from '../wire/listing-page.ts';
import { type ListedEntry, ListingChecker } from './listing-checker.ts';

const MISBEHAVED = expect.objectContaining({ code: 'peer-misbehaved' });
const times = { mtimeSec: 0, mtimeNs: 0 };
const enter = (folder: number): ListingRecord => ({ kind: 'enter', folder });
const folder = (name: string): ListingRecord => ({
  kind: 'folder',
  name: fromText(name),
  mode: 0o755,
  ...times,
});
const link = (name: string): ListingRecord => ({ kind: 'link', name: fromText(name), target: 'x', ...times });

/** Runs a whole listing; what it throws is the test's to expect. */
function check(records: readonly ListingRecord[]): ListedEntry[] {
  const checker = new ListingChecker();
  return records.map((record) => checker.accept(record)).filter((entry) => entry !== null);
}

/** A folder with children by name; `null` is something that is no folder. */
interface Tree {
  readonly [name: string]: Tree | null;
}

const anyTree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.dictionary(
    fc.string({ unit: fc.constantFrom('a', 'b', '.', '\xff', ' '), minLength: 1, maxLength: 3 }),
    fc.option(tie('tree'), { depthSize: 'small' }),
    { maxKeys: 5 },
  ),
})).tree;

interface Walked {
  readonly records: readonly ListingRecord[];
  /** Path of every entry, in the order they are listed. */
  readonly paths: readonly string[];
}

/** A walk as the protocol describes it: folders numbered as listed, each entered once, children sorted. */
function honestWalk(tree: Tree): Walked {
  const records: ListingRecord[] = [];
  const paths: string[] = [];
  let numbers = 0;
  const waiting: { tree: Tree; number: number; path: string }[] = [{ tree, number: 0, path: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    records.push(enter(next.number));
    for (const name of Object.keys(next.tree).sort()) {
      const below = next.tree[name] ?? null;
      const path = `${next.path}/${name}`;
      paths.push(path);
      if (below === null) {
        records.push({ kind: 'link', name: name as ByteName, target: 'x', ...times });
        continue;
      }
      numbers += 1;
      records.push({ kind: 'folder', name: name as ByteName, mode: 0o755, ...times });
      waiting.push({ tree: below, number: numbers, path });
    }
  }
  return { records, paths };
}

/** The path each accepted entry says it has, by the numbers it was given. */
function pathsOf(entries: readonly ListedEntry[]): string[] {
  const byNumber = new Map([[0, '']]);
  return entries.map((entry) => {
    const path = `${byNumber.get(entry.parent)}/${entry.name}`;
    if (entry.kind === 'folder') byNumber.set(entry.number, path);
    return path;
  });
}

test('any honest walk is accepted, and every entry lands where it lies', () => {
  fc.assert(
    fc.property(anyTree, (tree) => {
      const { records, paths } = honestWalk(tree);
      expect(pathsOf(check(records))).toEqual(paths);
    }),
  );
});

describe('any single record repeated or moved', () => {
  const walked = anyTree.map((tree) => honestWalk(tree).records).filter((records) => records.length > 1);
  const walkAndPlaces = walked.chain((records) =>
    fc.record({
      records: fc.constant(records),
      from: fc.nat({ max: records.length - 1 }),
      to: fc.nat({ max: records.length }),
    }),
  );

  test('one record sent twice is refused, or names something new', () => {
    fc.assert(
      fc.property(walkAndPlaces, ({ records, from, to }) => {
        const repeated = records.toSpliced(to, 0, records[from] as ListingRecord);
        expectRefusedOrDistinct(repeated);
      }),
    );
  });

  test('a neighbour sent again is always refused', () => {
    fc.assert(
      fc.property(walkAndPlaces, ({ records, from }) => {
        const repeated = records.toSpliced(from, 0, records[from] as ListingRecord);
        expect(() => check(repeated)).toThrow(MISBEHAVED);
      }),
    );
  });

  test('two siblings exchanged are always refused', () => {
    fc.assert(
      fc.property(walkAndPlaces, ({ records, from }) => {
        const [first, second] = [records[from], records[from + 1]];
        fc.pre(
          first !== undefined && second !== undefined && first.kind !== 'enter' && second.kind !== 'enter',
        );
        expect(() => check(records.toSpliced(from, 2, second, first))).toThrow(MISBEHAVED);
      }),
    );
  });

  test('one record moved elsewhere is refused, or names something new', () => {
    fc.assert(
      fc.property(walkAndPlaces, ({ records, from, to }) => {
        const without = records.toSpliced(from, 1);
        expectRefusedOrDistinct(
          without.toSpliced(Math.min(to, without.length), 0, records[from] as ListingRecord),
        );
      }),
    );
  });

  /** What is accepted may describe another tree, but never one path twice. */
  function expectRefusedOrDistinct(records: readonly ListingRecord[]): void {
    let paths: string[];
    try {
      paths = pathsOf(check(records));
    } catch (error) {
      expect(error).toMatchObject({ code: 'peer-misbehaved' });
      return;
    }
    expect(new Set(paths).size).toBe(paths.length);
  }
});

test.each([
  ['an entry outside a folder', [link('a')]],
  ['the same name twice', [enter(0), link('a'), link('a')]],
  ['the same name as link and folder', [enter(0), link('a'), folder('a')]],
  ['names out of order', [enter(0), link('b'), link('a')]],
  ['a folder never listed', [enter(0), enter(1)]],
  ['a folder not listed yet', [enter(0), folder('a'), enter(2)]],
  ['the number of a link', [enter(0), link('a'), enter(1)]],
  ['a folder entered twice', [enter(0), folder('a'), enter(1), enter(1)]],
  ['the selection entered again', [enter(0), folder('a'), enter(1), enter(0)]],
  ['more of a folder that was left', [enter(0), folder('a'), enter(1), enter(0), link('b')]],
])('refused: %s', (_name, records) => {
  expect(() => check(records)).toThrow(MISBEHAVED);
});

test('bytes decide the order, not letters', () => {
  const names = ['B', 'a', '\u{e9}', '\u{1f6a2}'];
  expect(check([enter(0), ...names.map(link)])).toHaveLength(4);
  expect(() => check([enter(0), link('a'), link('B')])).toThrow(MISBEHAVED);
});

test('folders inside folders end at the limit', () => {
  const checker = new ListingChecker();
  for (let depth = 0; depth < MAX_FOLDER_DEPTH; depth++) {
    checker.accept(enter(depth));
    checker.accept(folder('d'));
  }
  checker.accept(enter(MAX_FOLDER_DEPTH));
  checker.accept(link('deepest'));
  expect(() => checker.accept(folder('too-deep'))).toThrow(MISBEHAVED);
});
