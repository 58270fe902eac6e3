import {
  appendFileSync,
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { WAYS } from '../disk/testing/load-disk.ts';
import { countOpenDescriptors, makeFifo, makeTempFolder } from '../disk/testing/temp-folder.ts';
import { FileHasher } from '../wire/block-hash.ts';
import { type BytePath, fromText } from '../wire/byte-name.ts';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import type { FileVersion } from '../wire/data-version.ts';
import type { DiskSource } from './disk-source.ts';
import { listAll, loadSource, noTimer } from './testing/open-source.ts';

type Loaded = Awaited<ReturnType<typeof loadSource>>;
const path: BytePath = ['tree', 'file'].map(fromText);

describe.each(WAYS)('by %s', (way) => {
  let loaded: Loaded;
  beforeAll(async () => {
    loaded = await loadSource(way);
  });

  /** A tree with one file of `content`, listed; and where it lies. */
  function makeFile(content: string | Buffer): { at: string; source: DiskSource; version: FileVersion } {
    const root = join(makeTempFolder(), 'tree');
    mkdirSync(root);
    writeFileSync(join(root, 'file'), content);
    const source = loaded.openSource([root]);
    return { at: join(root, 'file'), source, version: versionIn(source) };
  }

  function versionIn(source: DiskSource): FileVersion {
    for (const record of listAll(source)) if (record.kind === 'file') return versionOf(record.version);
    throw new Error('no file listed');
  }

  function readAll(source: DiskSource, version: FileVersion) {
    const into = Buffer.alloc(BLOCK_BYTES);
    const block = source.readBlock(
      { path, version, offset: 0, length: Math.max(1, version.size) },
      into,
      noTimer,
    );
    const files = [{ name: path[1] as never, version }];
    const run = source.readRun([{ folder: path.slice(0, 1), files }], into, noTimer);
    return { block, run: run.outcomes[0], runLength: run.length, content: into.subarray(0, run.length) };
  }

  test('blocks and runs give exactly what was listed', async () => {
    const content = Buffer.alloc(2 * BLOCK_BYTES + 7);
    for (let index = 0; index < content.length; index += 4)
      content.writeUInt32LE(index % 65_521, Math.min(index, content.length - 4));
    const { source, version } = makeFile(content);
    const got: Buffer[] = [];
    for (let offset = 0; offset < content.length; offset += BLOCK_BYTES) {
      const length = Math.min(BLOCK_BYTES, content.length - offset);
      const into = Buffer.alloc(BLOCK_BYTES);
      expect(source.readBlock({ path, version, offset, length }, into, noTimer)).toEqual({
        status: 'ok',
        length,
      });
      got.push(into.subarray(0, length));
    }
    expect(Buffer.concat(got).equals(content)).toBe(true);
    const hasher = new FileHasher();
    for (const block of got) hasher.addBlock(block);
    const answer = await source.hashFile({ path, version }, noTimer, new AbortController().signal);
    expect(answer).toEqual({ hash: hasher.digest() });
  });

  test('a run is the content of its files, one after the other, from anywhere in the tree', () => {
    const root = join(makeTempFolder(), 'tree');
    mkdirSync(join(root, 'below'), { recursive: true });
    writeFileSync(join(root, 'a'), 'first');
    writeFileSync(join(root, 'b'), '');
    writeFileSync(join(root, 'below/c'), 'third');
    writeFileSync(join(root, '..', 'd'), 'alone');
    const source = loaded.openSource([root, join(root, '..', 'd')]);
    const records = listAll(source);
    const wanted = (name: string) => {
      const record = records.find((each) => each.kind === 'file' && each.name === name);
      if (record?.kind !== 'file') throw new Error('not listed');
      return { name: record.name, version: record.version };
    };
    const into = Buffer.alloc(BLOCK_BYTES);
    const gone = { ...wanted('a'), name: fromText('gone') };
    const run = source.readRun(
      [
        { folder: [fromText('tree')], files: [wanted('a'), gone, wanted('b')] },
        { folder: ['tree', 'below'].map(fromText), files: [wanted('c')] },
        { folder: [], files: [wanted('d')] },
      ],
      into,
      noTimer,
    );
    expect(into.toString('latin1', 0, run.length)).toBe('firstthirdalone');
    expect(run.outcomes).toEqual([
      { status: 'ok', length: 5 },
      { status: 'vanished' },
      { status: 'ok', length: 0 },
      { status: 'ok', length: 5 },
      { status: 'ok', length: 5 },
    ]);
  });

  const changes: readonly (readonly [string, (at: string) => void])[] = [
    ['grew', (at) => appendFileSync(at, 'more')],
    ['shrank', (at) => truncateSync(at, 3)],
    ['was rewritten', (at) => writeFileSync(at, 'CONTENT')],
    ['was touched', (at) => utimesSync(at, 5, 5)],
    ['got another mode', (at) => chmodSync(at, 0o600)],
    ['got another name too', (at) => linkSync(at, `${at}-too`)],
    [
      'was rewritten and its time set back',
      (at) => {
        const then = 1_000_000_000;
        writeFileSync(at, 'CONTENT');
        utimesSync(at, then, then);
      },
    ],
    [
      'was replaced by another',
      (at) => {
        writeFileSync(`${at}-other`, 'content');
        renameSync(`${at}-other`, at);
      },
    ],
  ];

  test.each(changes)(
    'a file that %s since it was listed is changed, and says how it is now',
    async (_what, change) => {
      const { at, source } = makeFile('content');
      utimesSync(at, 1_000_000_000, 1_000_000_000);
      const version = versionIn(source);
      // The kernel's clock for files ticks only every few ms.
      await new Promise((resolve) => setTimeout(resolve, 12));
      change(at);
      const { block, run, runLength } = readAll(source, version);
      for (const outcome of [block, run]) {
        if (outcome?.status !== 'changed') throw new Error(`not seen: ${outcome?.status}`);
        const now = versionOf(outcome.version);
        expect(now).not.toEqual(version);
        expect(readAll(source, now).run).toEqual({ status: 'ok', length: readFileSync(at).length });
      }
      expect(runLength).toBe(0);
      const hash = await source.hashFile({ path, version }, noTimer, new AbortController().signal);
      expect(hash).toMatchObject({ outcome: { status: 'changed' } });
    },
  );

  const disappearances: readonly (readonly [string, (at: string) => void])[] = [
    ['is gone', (at) => rmSync(at)],
    ['is a folder', (at) => (rmSync(at), mkdirSync(at))],
    ['is a link', (at) => (rmSync(at), symlinkSync('/etc/hostname', at))],
    ['is a FIFO', (at) => (rmSync(at), makeFifo(at))],
    ['lies in a folder that is gone', (at) => rmSync(join(at, '..'), { recursive: true })],
    [
      'lies behind a link now',
      (at) => {
        renameSync(join(at, '..'), join(at, '..', '..', 'moved'));
        symlinkSync('moved', join(at, '..'));
      },
    ],
  ];

  test.each(disappearances)('a file that %s has vanished', { timeout: 5_000 }, async (_what, change) => {
    const { at, version } = makeFile('content');
    const before = countOpenDescriptors();
    // One that has no folder open yet: a descriptor would still lead to what was only moved.
    const source = loaded.openSource([join(at, '..')]);
    change(at);
    const { block, run, runLength } = readAll(source, version);
    expect([block, run, runLength]).toEqual([{ status: 'vanished' }, { status: 'vanished' }, 0]);
    source.close();
    expect(countOpenDescriptors()).toBe(before);
  });

  test('a file written to between two reads of one block is changed, not torn', () => {
    const { at, source, version } = makeFile(Buffer.alloc(BLOCK_BYTES, 'a'));
    const fd = openSync(at, 'r+');
    // The reader's buffer is asked for its length while the file is open: that moment is used to write.
    const into = Buffer.alloc(BLOCK_BYTES);
    const real = into.subarray.bind(into);
    into.subarray = ((start?: number, end?: number) => {
      writeSync(fd, 'b', BLOCK_BYTES - 1);
      return real(start, end);
    }) as typeof into.subarray;
    const waitUntil = Date.now() + 12;
    while (Date.now() < waitUntil) continue;
    const outcome = source.readBlock({ path, version, offset: 0, length: BLOCK_BYTES }, into, noTimer);
    closeSync(fd);
    expect(outcome.status).toBe('changed');
  });

  test('holes are told where the disk knows them, and are zeros otherwise', () => {
    const { at, source } = makeFile('');
    truncateSync(at, 4 * BLOCK_BYTES);
    const fd = openSync(at, 'r+');
    writeSync(fd, 'data', 2 * BLOCK_BYTES + 4096);
    closeSync(fd);
    const version = versionIn(source);
    const statuses = [0, 1, 2, 3].map((block) => {
      const into = Buffer.alloc(BLOCK_BYTES, 0xff);
      const want = { path, version, offset: block * BLOCK_BYTES, length: BLOCK_BYTES };
      const outcome = source.readBlock(want, into, noTimer);
      if (outcome.status === 'ok') {
        expect(into.equals(readFileSync(at).subarray(want.offset, want.offset + BLOCK_BYTES))).toBe(true);
      }
      return outcome.status;
    });
    expect(statuses).toEqual(way === 'libc' ? ['hole', 'hole', 'ok', 'hole'] : ['ok', 'ok', 'ok', 'ok']);
  });

  test('a closed source opens nothing any more', () => {
    const { source, version } = makeFile('content');
    source.close();
    const before = countOpenDescriptors();
    expect(readAll(source, version).block.status).not.toBe('ok');
    expect(countOpenDescriptors()).toBe(before);
  });

  test('hashing a large file can be given up', async () => {
    const { at, source } = makeFile('');
    truncateSync(at, 64 * BLOCK_BYTES);
    const version = versionIn(source);
    const stop = new AbortController();
    const hashing = source.hashFile({ path, version }, noTimer, stop.signal);
    stop.abort();
    await expect(hashing).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});

function versionOf({ size, mtimeSec, mtimeNs, ctimeSec, ctimeNs }: FileVersion): FileVersion {
  return { size, mtimeSec, mtimeNs, ctimeSec, ctimeNs };
}
