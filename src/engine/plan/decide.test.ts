import { describe, expect, test } from 'vitest';
import { CONFLICT_POLICIES, type ConflictPolicy } from '../../shared/copy-options.ts';
import type { Stat, StatType } from '../disk/stat.ts';
import { fromText } from '../wire/byte-name.ts';
import { type Decision, decide } from './decide.ts';

type Entry = Parameters<typeof decide>[0];

const OLD = { mtimeSec: 100, mtimeNs: 5 };
const NEW = { mtimeSec: 100, mtimeNs: 6 };
const place = { name: fromText('name'), parent: 0, number: 0, row: 0 };
const file: Entry = {
  ...place,
  kind: 'file',
  mode: 0o644,
  version: { size: 10, ...NEW, ctimeSec: 1, ctimeNs: 1 },
  holeBytes: 0,
  group: 0,
};
const folder: Entry = { ...place, kind: 'folder', number: 1, mode: 0o755, ...NEW };
const link: Entry = { ...place, kind: 'link', target: 'there', ...NEW };
const entries = { file, folder, link };

function existing(type: StatType, more: Partial<Stat> = {}): Stat {
  return {
    type,
    mode: 0o644,
    size: 99,
    ...OLD,
    ctimeSec: 200,
    ctimeNs: 0,
    linkCount: 1,
    owner: 0,
    allocated: 4096,
    inode: '1:1',
    ...more,
  };
}

function actionOf(entry: Entry, there: Stat | null, onConflict: ConflictPolicy, checksum = false): string {
  return decide(entry, there, there?.type === 'link' ? 'elsewhere' : null, { onConflict, checksum }).action;
}

describe('what differs is settled by the policy', () => {
  const REPLACEABLE = {
    ask: 'ask',
    skip: 'skip',
    replace: 'replace',
    'keep-both': 'keep-both',
    newer: 'replace',
    fail: 'refuse',
  };
  const FIXED = { ...REPLACEABLE, replace: 'skip', newer: 'skip' };
  /** By what comes, then by what is there: only a file or a link is ever replaced, and only by one. */
  const TABLE = {
    file: { file: REPLACEABLE, link: REPLACEABLE, folder: FIXED, fifo: FIXED, socket: FIXED, device: FIXED },
    link: { file: REPLACEABLE, link: REPLACEABLE, folder: FIXED, fifo: FIXED, socket: FIXED, device: FIXED },
    folder: { file: FIXED, link: FIXED, folder: null, fifo: FIXED, socket: FIXED, device: FIXED },
  } as const;
  const rows = Object.entries(TABLE).flatMap(([kind, byType]) =>
    Object.entries(byType).flatMap(([type, expected]) =>
      CONFLICT_POLICIES.map((policy) => ({ kind, type, policy, action: expected?.[policy] ?? 'merge' })),
    ),
  );

  test.each(rows)('$kind on $type, $policy: $action', ({ kind, type, policy, action }) => {
    const entry = entries[kind as keyof typeof entries];
    expect(actionOf(entry, existing(type as StatType), policy)).toBe(action);
  });
});

describe.each(CONFLICT_POLICIES)('under %s', (onConflict) => {
  const options = { onConflict, checksum: false };

  test('nothing there: created', () => {
    for (const entry of Object.values(entries)) {
      expect(decide(entry, null, null, options)).toEqual({ action: 'create' });
      expect(decide(entry, null, null, { onConflict, checksum: true })).toEqual({ action: 'create' });
    }
  });

  test('a folder on a folder merges', () => {
    expect(decide(folder, existing('folder'), null, options)).toMatchObject({ action: 'merge' });
  });

  test('same size and time is no conflict; any other size or nanosecond is', () => {
    const same = existing('file', { size: 10, ...NEW });
    expect(decide(file, same, null, options)).toEqual({ action: 'unchanged', existing: same });
    for (const other of [{ size: 11 }, { mtimeNs: 7 }, { mtimeNs: 5 }, { mtimeSec: 101 }, { mtimeSec: 99 }]) {
      expect(decide(file, { ...same, ...other }, null, options).action).not.toBe('unchanged');
    }
  });

  test('mode and change time do not make a file another', () => {
    const same = existing('file', { size: 10, ...NEW, mode: 0o400, ctimeSec: 999, linkCount: 7 });
    expect(decide(file, same, null, options)).toEqual({ action: 'unchanged', existing: same });
  });

  test('a link to the same target is no conflict, whatever its time', () => {
    expect(decide(link, existing('link'), 'there', options)).toMatchObject({ action: 'unchanged' });
  });

  test('a link is never taken for the folder or file it points to', () => {
    expect(decide(folder, existing('link'), 'there', options).action).not.toBe('merge');
    const alike = existing('link', { size: 10, ...NEW });
    expect(decide(file, alike, 'there', options).action).not.toBe('unchanged');
  });

  test('with checksums, files of one size are compared and time alone decides nothing', () => {
    const there = existing('file', { size: 10, ...NEW });
    const decision = decide(file, there, null, { onConflict, checksum: true });
    expect(decision).toMatchObject({ action: 'compare', expected: there });
    // If the content differs, the policy settles it as ever (this target is not older).
    const otherwise = (decision as Decision & { action: 'compare' }).otherwise.action;
    const expected = {
      ask: 'ask',
      fail: 'refuse',
      skip: 'skip',
      newer: 'skip',
      replace: 'replace',
      'keep-both': 'keep-both',
    };
    expect(otherwise).toBe(expected[onConflict]);
    const longer = existing('file', { size: 11, ...NEW });
    expect(decide(file, longer, null, { onConflict, checksum: true }).action).not.toBe('compare');
  });
});

test('newer replaces what is older by a nanosecond, and nothing else', () => {
  const at = (mtimeSec: number, mtimeNs: number) => existing('file', { mtimeSec, mtimeNs });
  expect(actionOf(file, at(100, 5), 'newer')).toBe('replace');
  expect(actionOf(file, at(99, 999_999_999), 'newer')).toBe('replace');
  expect(actionOf(file, at(-100, 6), 'newer')).toBe('replace');
  expect(actionOf(file, at(100, 6), 'newer')).toBe('skip');
  expect(actionOf(file, at(101, 0), 'newer')).toBe('skip');
  expect(actionOf(link, at(100, 5), 'newer')).toBe('replace');
});

test('a replacement names exactly what may be replaced', () => {
  const there = existing('file');
  expect(decide(file, there, null, { onConflict: 'replace', checksum: false })).toEqual({
    action: 'replace',
    expected: there,
  });
});
