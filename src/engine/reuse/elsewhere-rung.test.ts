import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { Folder } from '../disk/folder.ts';
import { makeTempFolder } from '../disk/testing/temp-folder.ts';
import { TreeWriter } from '../disk/tree-writer.ts';
import { hashBytes, hashOfBlocks } from '../wire/block-hash.ts';
import { fromText } from '../wire/byte-name.ts';
import { STATUS } from '../wire/data-frame.ts';
import { decodeWantHashes, encodeHashes } from '../wire/data-hashes.ts';
import type { Ask } from './ask.ts';
import { ElsewhereRung, type ReusableFile } from './elsewhere-rung.ts';
import type { KnownFile } from './known-files.ts';

const JOB = 'cd'.repeat(16) as JobId;
const KIB = 1024;

const hashOf = (content: Buffer) => hashOfBlocks([hashBytes(content)], content.length);

interface Here {
  readonly content: number;
  readonly isKnown: boolean;
  /** What the index says its content is. */
  readonly claims: number | null;
}

/** Contents of one length, told apart by their letter, so that only a hash can. */
const contentOf = (letter: number) => Buffer.alloc(80 * KIB, String.fromCharCode(97 + letter));

async function climb(here: readonly Here[], wanted: readonly number[], isClosedEarly: boolean) {
  const folder = makeTempFolder();
  mkdirSync(join(folder, 'into'));
  const files: KnownFile[] = here.map(({ content, claims }, index) => {
    const path = Buffer.from(join(folder, `here-${index}`));
    writeFileSync(path, contentOf(content));
    const opened = Folder.openPath(Buffer.from(folder));
    const stat = opened.statName(fromText(`here-${index}`));
    opened.close();
    if (stat === null) throw new Error('not there');
    return { ...stat, path, hash: claims === null ? null : hashOf(contentOf(claims)) };
  });
  const root = Folder.openPath(Buffer.from(join(folder, 'into')));
  const writer = new TreeWriter(root, JOB, () => undefined);
  const brought: number[] = [];
  const missed: number[] = [];
  const asks: Ask[] = [];
  const rung = new ElsewhereRung<ReusableFile & { readonly letter: number; readonly number: number }>({
    writer,
    known: {
      find: () => Promise.resolve(files.filter((_, index) => here[index]?.isKnown)),
      forget: () => undefined,
    },
    timer: { since: (_, startMs) => startMs },
    dryRun: false,
    isLinkSlow: () => false,
    onBrought: (file, open) => {
      brought.push(file.number);
      writer.complete(open, { mode: 0o644, mtimeSec: 1, mtimeNs: 1 });
    },
    onForeseen: () => undefined,
    onNews: () => {
      for (let ask = rung.nextAsk(); ask !== null; ask = rung.nextAsk()) asks.push(ask);
    },
  });
  for (const [number, letter] of wanted.entries()) {
    const name = fromText(`wanted-${number}`);
    const version = { size: 80 * KIB, mtimeSec: 5, mtimeNs: 5, ctimeSec: 6, ctimeNs: 6 };
    const target = { folder: 0, name, plan: { kind: 'new' } } as const;
    const file = { folder: 0, sourceName: name, pathBytes: 4, target, version, letter, number };
    expect(rung.take(file, () => missed.push(number))).toBe(true);
  }
  await new Promise((resolve) => setImmediate(resolve));
  for (const ask of asks) {
    const names = decodeWantHashes(ask.encode()).flatMap((group) => group.files.map(({ name }) => name));
    const hashes = names.map((name) => hashOf(contentOf(wanted[Number(name.slice(7))] ?? -1)));
    const meta = encodeHashes(hashes);
    ask.answered({ status: STATUS.ok, meta, content: Buffer.alloc(0), keep: () => () => undefined });
  }
  if (!isClosedEarly) await vi.waitFor(() => expect(rung.pendingFiles).toBe(0));
  await rung.close();
  await writer.publishWaiting();
  writer.close();
  return { folder: join(folder, 'into'), brought, missed, asks };
}

test('whatever is here and whatever the index says of it: what is brought is what is wanted', async () => {
  const letter = fc.nat({ max: 3 });
  const says = fc.constantFrom('the truth', 'the truth', 'nothing', 'something else');
  const anyHere = fc
    .record({ content: letter, isKnown: fc.boolean(), says })
    .map(({ says: word, ...one }) => ({
      ...one,
      claims: word === 'nothing' ? null : word === 'the truth' ? one.content : (one.content + 1) % 4,
    }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyHere, { maxLength: 5 }),
      fc.array(letter, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (here, wanted, isClosedEarly) => {
        const { folder, brought, missed, asks } = await climb(here, wanted, isClosedEarly);
        for (const number of brought) {
          const content = readFileSync(join(folder, `wanted-${number}`));
          expect(content.equals(contentOf(wanted[number] ?? -1))).toBe(true);
        }
        // Nothing else stays, neither parts nor files that are both here and fetched.
        expect(readdirSync(folder)).toHaveLength(brought.length);
        expect(new Set([...brought, ...missed]).size).toBe(brought.length + missed.length);
        const known = here.filter(({ isKnown }) => isKnown);
        if (known.length === 0) expect(asks).toEqual([]);
        if (isClosedEarly) return;
        expect(brought.length + missed.length).toBe(wanted.length);
        // What the index says rightly is always found.
        if (known.some(({ content, claims }) => claims !== null && claims !== content)) return;
        for (const number of missed)
          expect(known.map(({ content }) => content)).not.toContain(wanted[number]);
      },
    ),
    { numRuns: 60 },
  );
});
