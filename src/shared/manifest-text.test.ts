import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ManifestFile } from './manifest.ts';
import { manifestHead, manifestLine } from './manifest-text.ts';

const HASH = 'ab'.repeat(32);

function fileCalled(bytes: Uint8Array): ManifestFile {
  const exact = Buffer.from(bytes);
  const path = exact.toString('utf8');
  const isText = Buffer.from(path).equals(exact);
  const shown = isText ? { path } : { path: 'shown somehow', pathBase64: exact.toString('base64') };
  return { ...shown, bytes: 5, mtimeMs: 0, hash: HASH, by: 'content', piece: null };
}

/** As the head of a manifest explains it. */
function unescape(text: string): Buffer {
  const parts = [...text.matchAll(/\\(?:\\|n|r|t|x([0-9a-f]{2})|u\{([0-9a-f]+)\})|[^\\]+/gu)].map(
    ([all, byte, character]) => {
      if (character !== undefined) return Buffer.from(String.fromCodePoint(Number.parseInt(character, 16)));
      if (byte !== undefined) return Buffer.of(Number.parseInt(byte, 16));
      const short = { '\\\\': '\\', '\\n': '\n', '\\r': '\r', '\\t': '\t' }[all];
      return Buffer.from(short ?? all);
    },
  );
  return Buffer.concat(parts);
}

const anyBytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'binary', minLength: 1 }).map((text) => new TextEncoder().encode(text)),
  fc
    .constantFrom('a\nb', '\\x41', 'C:\\new', '\u202egpj.exe', '\u0085', 'plain name')
    .map((text) => Buffer.from(text)),
);

test('every name is one harmless line, from which its exact bytes can be read', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const line = manifestLine(fileCalled(bytes));
      expect(line.endsWith('\n')).toBe(true);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
      expect(line.slice(0, -1)).not.toMatch(/[\0-\x1f\x7f\u2028-\u202e]/);
      const [, mark, path] = /^b3 (\\?)[0-9a-f]{64} 5 \S+ {2}(.*)\n$/s.exec(line) ?? [];
      const read = mark === '\\' ? unescape(path ?? '') : Buffer.from(path ?? '');
      expect(read.toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
    }),
  );
});

test('a control character beyond ASCII is not mistaken for a byte', () => {
  const line = manifestLine(fileCalled(Buffer.from('\u0085')));
  expect(line).toContain('\\u{85}');
});

test('says of each hash what it is of', () => {
  const file = fileCalled(Buffer.from('Film.mov'));
  expect(manifestLine(file)).toBe(`b3 ${HASH} 5 1970-01-01T00:00:00.000Z  Film.mov\n`);
  expect(manifestLine({ ...file, by: 'blocks' })).toMatch(/^blocks ab/);
  expect(manifestLine({ ...file, by: 'blocks', piece: { at: 7, length: 3 } })).toMatch(/^blocks@7\+3 ab/);
  expect(manifestLine({ ...file, mtimeMs: 1e300 })).toMatch(/ 5 1e\+297s {2}/);
});

test('the head is remarks only, also for hostile names, and tells what has no hash', () => {
  const job = { job: '0'.repeat(32), names: ['a\nb3 0 0', 'b'], into: '/in\nbox' };
  const head = manifestHead(job as never, { totalFiles: 2, totalBytes: 3, unproven: 4 }, 0);
  const lines = head.trimEnd().split('\n');
  expect(lines.every((line) => line.startsWith('# '))).toBe(true);
  expect(head).toContain('4 more files have no hash');
});
