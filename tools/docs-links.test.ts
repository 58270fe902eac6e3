import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { formatOneTimeCode, proofOf } from '../src/engine/identity/one-time-code.ts';
import { FileHasher, hashBytes } from '../src/engine/wire/block-hash.ts';
import { fromText } from '../src/engine/wire/byte-name.ts';
import { ByteWriter } from '../src/engine/wire/byte-writer.ts';
import { writeRecord } from '../src/engine/wire/listing-page.ts';
import { FAILURE_CODES } from '../src/shared/failure.ts';
import type { DeviceId } from '../src/shared/ids.ts';
import { listProjectFiles, projectFolder } from './project-files.ts';

const pages = listProjectFiles().filter((path) => path.endsWith('.md'));

function read(path: string): string {
  return readFileSync(join(projectFolder, path), 'utf8');
}

/** The anchors that a page's headings get on the usual hosts. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Links of a page that lead nowhere. */
function findBrokenLinks(path: string, page: string): string[] {
  const text = page.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = join(dirname(path), file);
    if (!existsSync(join(projectFolder, target))) return true;
    return anchor !== undefined && !anchorsOf(file === '' ? page : read(target)).includes(anchor);
  });
}

test('every page is looked at, and every link leads somewhere', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/architecture.md', 'docs/protocol.md']));
  for (const path of pages) expect(findBrokenLinks(path, read(path)), path).toEqual([]);
});

test('a broken link and a broken anchor are found', () => {
  expect(findBrokenLinks('README.md', '# A\n[x](nowhere.md) [y](#b) [z](#a) [w](docs/protocol.md)')).toEqual([
    'nowhere.md',
    '#b',
  ]);
});

test('every path that the pages name in code exists', () => {
  for (const path of ['README.md', 'CONTRIBUTING.md', ...pages.filter((page) => page.startsWith('docs/'))]) {
    const named = [...read(path).matchAll(/`((?:src|tools|e2e|bench|docs|bin)\/[\w./-]*)`/g)].map(
      ([, file = '']) => file,
    );
    const missing = named.filter((file) => !existsSync(join(projectFolder, file)));
    expect(missing, path).toEqual([]);
  }
});

test('the room map names every room that has code', () => {
  const map = read('docs/architecture.md');
  const rooms = listProjectFiles()
    .map((path) => /^(src\/engine\/[^/]+\/|src\/[^/]+\/)/.exec(path)?.[1])
    .filter((room) => room !== undefined);
  expect(rooms.length).toBeGreaterThan(100);
  expect([...new Set(rooms)].filter((room) => !map.includes(`\n| \`${room}\` `))).toEqual([]);
});

test('every decision has a number of its own, its title says it, and a rejected option', () => {
  const decisions = pages.filter((path) => path.startsWith('docs/decisions/')).sort();
  expect(decisions.length).toBeGreaterThanOrEqual(12);
  for (const [index, path] of decisions.entries()) {
    const number = String(index + 1).padStart(4, '0');
    expect(path).toMatch(new RegExp(`/${number}-[a-z0-9-]+\\.md$`));
    expect(read(path)).toMatch(new RegExp(`^# ${number}: .*\n[^]*^## Rejected`, 'm'));
  }
});

test('the protocol lists exactly the failure codes there are', () => {
  const section = /^## Failure codes\n([^]*?)^## /m.exec(read('docs/protocol.md'))?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && line.includes('`'));
  const listed = [...rows.join('\n').matchAll(/`([a-z-]+)`/g)].map(([, code]) => code);
  expect(listed).toEqual([...FAILURE_CODES]);
});

function repeatedId(byte: string): DeviceId {
  return byte.repeat(32) as DeviceId;
}

test('the vectors of the protocol come out', () => {
  const page = read('docs/protocol.md');
  const writer = new ByteWriter();
  const version = { size: 5, mtimeSec: 1_700_000_000, mtimeNs: 1, ctimeSec: 1_700_000_000, ctimeNs: 2 };
  writeRecord(writer, { kind: 'enter', folder: 0 });
  writeRecord(writer, { kind: 'file', name: fromText('a'), mode: 0o644, version, holeBytes: 0, group: 0 });
  const hash = hashBytes(writer.view());
  const written = /^meta {3}= (.*)$/m.exec(page)?.[1]?.replaceAll(' ', '');
  expect(written).toBe(writer.view().toString('hex'));
  expect(page).toContain(`hash   = ${hash.toString('hex')}`);
  expect(page).toContain(`digest = ${hashBytes(Buffer.concat([Buffer.alloc(32), hash])).toString('hex')}`);

  const secret = Buffer.from([5, 6, 7, 8, 9]);
  const initiator = repeatedId('01');
  const responder = repeatedId('02');
  const proof = proofOf(secret, { initiator, responder, keyingMaterial: Buffer.alloc(32, 3) });
  expect(page).toContain(formatOneTimeCode(responder, secret));
  expect(page).toContain(`proof              = ${proof.toString('hex')}`);

  const hasher = new FileHasher();
  expect(page).toContain(`the empty file \`${hasher.digest().toString('hex')}\``);
  const file = new FileHasher();
  file.addBlock(Buffer.from('ferry'));
  expect(page).toContain(`file \`${file.digest().toString('hex')}\``);
});
