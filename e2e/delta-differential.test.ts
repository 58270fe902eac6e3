import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeTempFolder } from '../src/engine/disk/testing/temp-folder.ts';
import { anyEdits, applyEdits, noise } from '../src/engine/reuse/testing/edit-script.ts';
import { TwoEnds } from '../src/engine/transfer/testing/two-ends.ts';
import { describeIfPossible } from './needs.ts';

/** The same edits by Ferry, by rsync and by rdiff: all must come to the same, and Ferry not cost more than rsync. */

/** Fixed, so that a failure is there again the next time. */
const SCRIPTS = fc.sample(
  fc.record({
    seed: fc.nat(),
    length: fc.integer({ min: 300_000, max: 5_000_000 }),
    edits: anyEdits(200_000),
  }),
  { numRuns: 12, seed: 20_260_917 },
);
/** Listing, grant and commit, hashes of blocks, and what the times of a copy take. */
const FRAMES_BYTES = 6_000;

interface Versions {
  readonly folder: string;
  readonly old: Buffer;
  readonly next: Buffer;
}

function writeVersion(folder: string, name: string, content: Buffer, mtimeSec: number): string {
  mkdirSync(join(folder, name));
  const path = join(folder, name, 'file');
  writeFileSync(path, content);
  utimesSync(path, mtimeSec, mtimeSec);
  return path;
}

function byRsync(
  { folder, old }: Versions,
  source: string,
): { readonly wireBytes: number; readonly path: string } {
  const path = writeVersion(folder, 'rsync', old, 1_000_000);
  const args = ['-a', '--no-whole-file', '--ignore-times', '--stats', source, path];
  const said = execFileSync('rsync', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  const counts = [...said.matchAll(/^Total bytes (?:sent|received): ([\d,]+)$/gm)];
  expect(counts).toHaveLength(2);
  return { path, wireBytes: counts.reduce((sum, [, count]) => sum + Number(count?.replaceAll(',', '')), 0) };
}

async function byFerry(ends: TwoEnds, { folder, old }: Versions, source: string) {
  const path = writeVersion(folder, 'ferry', old, 1_000_000);
  const pull = ends.start([source], join(folder, 'ferry'), {
    onConflict: 'replace',
    delta: 'any',
    streams: 1,
  });
  const { state, wireBytes } = await pull.result;
  expect(state).toBe('done');
  return { path, wireBytes };
}

function byRdiff({ folder, old }: Versions, source: string): { readonly path: string } {
  const before = writeVersion(folder, 'rdiff', old, 1_000_000);
  const [signature, delta, path] = ['signature', 'delta', 'patched'].map((name) => join(folder, name));
  execFileSync('rdiff', ['signature', before, signature as string]);
  execFileSync('rdiff', ['delta', signature as string, source, delta as string]);
  execFileSync('rdiff', ['patch', before, delta as string, path as string]);
  return { path: path as string };
}

function makeVersions(index: number): Versions & { readonly source: string } {
  const script = SCRIPTS[index];
  if (script === undefined) throw new Error('no such script');
  const old = noise(script.length, script.seed);
  const next = applyEdits(old, script.edits);
  const folder = makeTempFolder();
  return { folder, old, next, source: writeVersion(folder, 'source', next, 2_000_000) };
}

describeIfPossible('edits by rsync too', () => {
  it.each(SCRIPTS.map((_script, index) => index))(
    'script %i comes to the same, and costs no more',
    async (index) => {
      const versions = makeVersions(index);
      const ends = await TwoEnds.start();
      const theirs = byRsync(versions, versions.source);
      const ours = await byFerry(ends, versions, versions.source);
      for (const { path } of [theirs, ours]) expect(readFileSync(path).equals(versions.next)).toBe(true);
      expect(ours.wireBytes).toBeLessThan(theirs.wireBytes * 1.02 + FRAMES_BYTES);
    },
  );
});

describeIfPossible('edits by rdiff too', () => {
  it('some scripts come to the same', async () => {
    const ends = await TwoEnds.start();
    for (const index of [0, 3, 6, 9]) {
      const versions = makeVersions(index);
      const theirs = byRdiff(versions, versions.source);
      const ours = await byFerry(ends, versions, versions.source);
      expect(readFileSync(ours.path).equals(readFileSync(theirs.path))).toBe(true);
    }
  });
});
