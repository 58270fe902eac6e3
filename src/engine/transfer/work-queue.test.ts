import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ByteName, fromText } from '../wire/byte-name.ts';
import { BLOCK_BYTES, MAX_PULLER_BODY_BYTES, MAX_RUN_FILE_BYTES } from '../wire/data-frame.ts';
import { encodeWork } from './pull-work.ts';
import { type FileTask, type Work, WorkQueue } from './work-queue.ts';

const LIMIT = MAX_RUN_FILE_BYTES;

function taskOf(name: string, size: number, folder = 0, pathBytes = 4): FileTask {
  const version = { size, mtimeSec: 0, mtimeNs: 0, ctimeSec: 0, ctimeNs: 0 };
  const sourceName = name as ByteName;
  const target = { folder, name: sourceName, plan: { kind: 'new' } } as const;
  return {
    folder,
    sourceName,
    pathBytes,
    target,
    version,
    mode: 0o644,
    holeBytes: 0,
    group: 0,
    tries: 0,
    row: 0,
  };
}

/** Ranges of content that a piece of work asks for. */
function rangesOf(work: Work): { name: string; offset: number; length: number }[] {
  if (work.kind === 'block') {
    return [{ name: work.file.task.sourceName, offset: work.offset, length: work.length }];
  }
  return work.files.map((task) => ({ name: task.sourceName, offset: 0, length: task.version.size }));
}

const anySize = fc.oneof(
  fc.nat({ max: 100 }),
  fc.nat({ max: LIMIT }),
  fc.constantFrom(0, LIMIT, LIMIT + 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES),
  fc.integer({ min: LIMIT + 1, max: 5 * BLOCK_BYTES }),
);

describe('every byte of every file is handed out exactly once', () => {
  /** What happens next: a file comes, a piece is taken and answered, or taken and lost with its stream. */
  const step = fc.oneof(
    fc.record({ do: fc.constant('add' as const), size: anySize, folder: fc.nat({ max: 3 }) }),
    fc.record({ do: fc.constant('take' as const) }),
    fc.record({ do: fc.constant('lose' as const) }),
    fc.record({ do: fc.constant('return' as const) }),
  );

  test('whatever comes between, and what was given back comes again', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const queue = new WorkQueue();
        const sizes = new Map<string, number>();
        const answered = new Map<string, number[]>();
        const lost: Work[] = [];
        const answer = (work: Work) => {
          for (const { name, offset, length } of rangesOf(work)) {
            answered.set(name, [...(answered.get(name) ?? []), offset, length]);
          }
        };
        for (const [index, each] of steps.entries()) {
          if (each.do === 'add') {
            sizes.set(`file-${index}`, each.size);
            queue.add(taskOf(`file-${index}`, each.size, each.folder));
            expect(queue.isEmpty).toBe(false);
          } else if (each.do === 'return') {
            for (const work of lost.splice(0)) queue.giveBack(work);
          } else {
            const work = queue.take();
            if (work === null) expect(queue.isEmpty).toBe(true);
            else if (each.do === 'take') answer(work);
            else lost.push(work);
          }
        }
        for (const work of lost) queue.giveBack(work);
        if (lost.length > 0) expect(queue.isEmpty).toBe(false);
        for (let work = queue.take(); work !== null; work = queue.take()) answer(work);
        expect(queue.isEmpty).toBe(true);
        expect(queue.pendingFiles).toBe(0);
        expect([...answered.keys()].sort()).toEqual([...sizes.keys()].sort());
        for (const [name, size] of sizes) expect(coverage(answered.get(name) ?? [])).toEqual([size, size]);
      }),
    );
  });

  /** Sum of the lengths and end of the last range, which agree when nothing is missing or doubled. */
  function coverage(flat: readonly number[]): [sum: number, end: number] {
    const ranges = Array.from({ length: flat.length / 2 }, (_, at) => [
      flat[at * 2] ?? 0,
      flat[at * 2 + 1] ?? 0,
    ]);
    ranges.sort(([a = 0], [b = 0]) => a - b);
    let end = 0;
    let sum = 0;
    for (const [offset = 0, length = 0] of ranges) {
      expect(offset).toBe(end);
      end = offset + length;
      sum += length;
    }
    return [sum, end];
  }
});

test('pieces stay within what the wire allows', () => {
  fc.assert(
    fc.property(fc.array(anySize, { maxLength: 60 }), (sizes) => {
      const queue = new WorkQueue();
      for (const [index, size] of sizes.entries()) queue.add(taskOf(`f${index}`, size));
      for (let work = queue.take(); work !== null; work = queue.take()) {
        if (work.kind === 'block') {
          expect(work.length).toBeLessThanOrEqual(BLOCK_BYTES);
          expect(work.offset % BLOCK_BYTES).toBe(0);
          continue;
        }
        const bytes = work.files.reduce((sum, file) => sum + file.version.size, 0);
        expect(work.bytes).toBe(bytes);
        expect(bytes).toBeLessThanOrEqual(BLOCK_BYTES);
      }
    }),
  );
});

test('a run of files in the deepest folders still fits its frame', () => {
  const queue = new WorkQueue();
  // As deep as a listing may be, with names as long as they may be: about 500 kB for one path.
  const path = Array.from({ length: 1_990 }, () => fromText('n'.repeat(255)));
  const pathBytes = 4 + path.length * 256;
  for (let index = 0; index < 40; index++) {
    queue.add(taskOf('n'.repeat(255), 1, index, index < 20 ? pathBytes : 4 + 4 * 256));
  }
  let files = 0;
  for (let work = queue.take(); work !== null; work = queue.take()) {
    const { body } = encodeWork(work, (folder) => (folder < 20 ? path : path.slice(0, 4)));
    expect(body.length).toBeLessThanOrEqual(MAX_PULLER_BODY_BYTES);
    if (work.kind === 'run') files += work.files.length;
  }
  expect(files).toBe(40);
});

test('a file given up asks for nothing more, and does not keep the queue from being empty', () => {
  const queue = new WorkQueue();
  queue.add(taskOf('large', 4 * BLOCK_BYTES));
  const first = queue.take();
  const second = queue.take();
  if (first?.kind !== 'block' || second?.kind !== 'block') throw new Error('no blocks');
  expect(queue.isEmpty).toBe(false);
  queue.giveBack(second);
  first.file.dead = true;
  expect(queue.isEmpty).toBe(true);
  expect(queue.take()).toBeNull();
});

test('a large file that is handed out whole leaves the queue empty', () => {
  const queue = new WorkQueue();
  queue.add(taskOf('large', BLOCK_BYTES));
  queue.take();
  expect(queue.isEmpty).toBe(true);
  expect(queue.pendingFiles).toBe(0);
});

test('a long job stays flat: what was handed out is forgotten', () => {
  const queue = new WorkQueue();
  for (let round = 0; round < 300; round++) {
    for (let index = 0; index < 512; index++) queue.add(taskOf(`f${index}`, 1));
    expect(queue.take()).toMatchObject({ kind: 'run' });
    expect(queue.pendingFiles).toBe(0);
  }
});
