import { execFileSync } from 'node:child_process';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { blake3 } from '@napi-rs/blake-hash';
import { describe, expect, it } from 'vitest';
import { createBigFile } from '../tools/trees/big-file.ts';
import { createSmallFiles } from '../tools/trees/small-files.ts';
import { type Run, toRun, World } from './device.ts';
import { eventually } from './eventually.ts';

const MIB = 1 << 20;

function createTree(world: World): string {
  const tree = world.path('tree');
  createSmallFiles(join(tree, 'small'), { files: 200 });
  createBigFile(join(tree, 'big.bin'), 5 * MIB + 123);
  return tree;
}

/** What a dying disk does: other bytes under the same size and time. */
function rot(path: string, at: number): void {
  // Node's own way to set times loses nanoseconds.
  const before = `${path}.before`;
  execFileSync('cp', ['-p', path, before]);
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, at);
  closeSync(file);
  execFileSync('touch', ['-r', before, path]);
  unlinkSync(before);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

/** The hash of `content` by the words of docs/protocol.md, with nothing of ours. */
function hashOf(kind: string, content: Buffer): string {
  if (kind === 'b3') return blake3(content).toString('hex');
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(content.length));
  const blocks = Array.from({ length: Math.ceil(content.length / MIB) }, (_, at) =>
    blake3(content.subarray(at * MIB, (at + 1) * MIB)),
  );
  return blake3(Buffer.concat([...blocks, length])).toString('hex');
}

function problemsOf({ result }: Run): readonly (readonly [path: string, code: string])[] {
  const problems = (result?.['problems'] ?? []) as readonly { path: string; code: string }[];
  return problems.map(({ path, code }) => [path, code] as const);
}

describe.concurrent('ferry verify', () => {
  it('finds damage and tells it from what somebody did, from either side, days later', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair();
    const sent = await anna.run(['send', createTree(world), '--to', 'bob']);
    const job = String(sent.result?.['job']);
    expect(await bob.run(['verify', job.slice(0, 10)])).toMatchObject({
      code: 0,
      result: { job, state: 'done', files: 201, verified: true, unproven: 0, problems: [] },
    });
    const listed = (await toRun(bob.start(['manifest', job]))).stdout;
    const files = [...listed.matchAll(/^(b3|blocks) ([0-9a-f]{64}) (\d+) \S+ {2}(.+)$/gm)];
    expect(files.map(([, , , , path]) => path)).toEqual(filesBelow(bob.inbox));
    expect(new Set(files.map(([, kind]) => kind))).toEqual(new Set(['b3', 'blocks']));
    for (const [line, kind = '', hash, bytes, path = ''] of files) {
      const content = readFileSync(join(bob.inbox, path));
      expect([hash, Number(bytes)], line).toEqual([hashOf(kind, content), content.length]);
    }
    expect(await anna.run(['manifest', job])).toMatchObject({ code: 2, error: 'usage' });
    rot(join(bob.inbox, 'tree/big.bin'), 4 * MIB + 5);
    rot(join(bob.inbox, 'tree/small/group-0/folder-1/file-41.bin'), 3);
    writeFileSync(join(bob.inbox, 'tree/small/group-0/folder-0/file-1.bin'), 'edited');
    unlinkSync(join(bob.inbox, 'tree/small/group-0/folder-0/file-2.bin'));
    await bob.served.stop();
    // Without an engine of its own, and then from the source, each after a start of its own.
    const alone = await bob.run(['verify', job]);
    await bob.serve(['--accept', 'paired']);
    await anna.served.stop();
    await anna.serve();
    const asked = await anna.run(['verify', job]);
    for (const run of [alone, asked]) {
      expect([run.code, run.result?.['state'], run.result?.['verified']]).toEqual([6, 'failed', false]);
      expect(
        problemsOf(run)
          .slice(0, 2)
          .map(([, code]) => code),
      ).toEqual(['integrity', 'integrity']);
      expect(problemsOf(run).toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
        ['tree/big.bin', 'integrity'],
        ['tree/small/group-0/folder-0/file-1.bin', 'changed'],
        ['tree/small/group-0/folder-0/file-2.bin', 'vanished'],
        ['tree/small/group-0/folder-1/file-41.bin', 'integrity'],
      ]);
    }
  });

  it('knows what it cannot know: files that were there before, jobs that have not ended or never were', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair();
    const tree = createTree(world);
    await anna.run(['send', tree, '--to', 'bob']);
    writeFileSync(join(tree, 'new.txt'), 'new');
    const second = await anna.run(['send', tree, '--to', 'bob']);
    const run = await bob.run(['verify', String(second.result?.['job'])]);
    expect(run).toMatchObject({ code: 0, result: { files: 1, unproven: 201, verified: false } });
    createBigFile(world.path('slow'), MIB);
    const slowly = ['--to', 'bob', '--limit', '20kB/s', '--background'];
    const moving = await anna.run(['send', world.path('slow'), ...slowly]);
    const job = String(moving.lines[0]?.['job']);
    const early = await anna.run(['verify', job]);
    expect([early.code, early.error]).toEqual([2, 'usage']);
    expect(await bob.run(['verify', 'abcdef'])).toMatchObject({ code: 8, error: 'unknown-job' });
    await anna.run(['cancel', job]);
  });

  it('follows names that had to be other ones here', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.servingPair();
    const tree = createTree(world);
    const name = (run: Run) => String(run.result?.['job']);
    await anna.run(['send', tree, join(tree, 'big.bin'), '--to', 'bob']);
    writeFileSync(join(bob.inbox, 'big.bin'), 'other');
    writeFileSync(join(bob.inbox, 'tree/small/group-0/folder-0/file-1.bin'), 'other');
    const both = ['--to', 'bob', '--on-conflict', 'keep-both'];
    const again = await anna.run(['send', tree, join(tree, 'big.bin'), ...both]);
    rot(join(bob.inbox, 'big (2).bin'), 5);
    rot(join(bob.inbox, 'tree/small/group-0/folder-0/file-1 (2).bin'), 5);
    const run = await bob.run(['verify', name(again)]);
    expect(run.code).toBe(6);
    expect(problemsOf(run)).toEqual(
      expect.arrayContaining([
        ['big (2).bin', 'integrity'],
        ['tree/small/group-0/folder-0/file-1 (2).bin', 'integrity'],
      ]),
    );
  });
});

describe.concurrent('--verify', () => {
  it('reads everything back before it says done, also after a kill in the middle', async () => {
    await using world = await World.create();
    const [anna, bob] = await world.pair();
    const tree = world.path('tree');
    createSmallFiles(join(tree, 'small'), { files: 200 });
    createBigFile(join(tree, 'big.bin'), 48 * MIB);
    const flags = ['--verify', '--limit', '25MB/s', '--patience', '60', '--json'];
    const send = anna.start(['send', tree, '--to', 'bob', ...flags]);
    await eventually('a part', () => send.objects.some((line) => Number(line['bytes']) > 20 * MIB), 30_000);
    await bob.served.stop('SIGKILL');
    await bob.serve(['--accept', 'paired']);
    const run = await toRun(send);
    expect(run).toMatchObject({ code: 0, result: { state: 'done', verified: true } });
    const verify = await bob.run(['verify', String(run.result?.['job'])]);
    expect(verify).toMatchObject({ code: 0, result: { damaged: 0 } });
    expect(Number(verify.result?.['files']) + Number(verify.result?.['unproven'])).toBe(201);
  }, 90_000);
});
