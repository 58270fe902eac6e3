import { escapeText } from './escape.ts';
import type { JobView } from './job.ts';
import type { ManifestFile, ManifestPage } from './manifest.ts';

/** What `sed` makes lines for `b3sum --check` of, so that a person can check the files without Ferry. */
const FOR_B3SUM = String.raw`sed -n 's/^b3 \([^ ]*\) [^ ]* [^ ]*  /\1  /p' MANIFEST | b3sum --check`;

const EXPLAINED = [
  'Each line: kind, hash, bytes, time of last change, two spaces, path below that folder.',
  'b3: BLAKE3 of the content. In that folder, checked by',
  `  ${FOR_B3SUM}`,
  'blocks: BLAKE3 over the BLAKE3 of each 1,048,576 bytes and the length as 8 bytes, most significant first.',
  '  This is not what b3sum prints for the file. For one file:',
  "  { split -b 1M --filter='b3sum --raw' FILE; printf %016x $(stat -c %s FILE) | xxd -r -p; } | b3sum",
  'blocks@A+L: the same of the L bytes from A on; nothing else of the file came.',
  String.raw`A hash that begins with \ has a path with escapes: \\ is a backslash, \n a new line, \xNN a byte,`,
  String.raw`  \u{N} a character; as in sha256sum and b3sum, which know the first two.`,
] as const;

/** Where `\xNN` would be read as a byte. */
const C1 = /[\u0080-\u009f]/g;

function characterText(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`;
}

/** The path of a line, and whether it has escapes. */
function pathText({ path, pathBase64 }: Pick<ManifestFile, 'path' | 'pathBase64'>): [string, boolean] {
  const text =
    pathBase64 === undefined
      ? escapeText(path.replaceAll('\\', '\\\\').replace(C1, characterText))
      : [...atob(pathBase64)].map((byte) => byteText(byte)).join('');
  return [text, pathBase64 !== undefined || text !== path];
}

/** One byte of a path that is not UTF-8, given as a character of that code. */
function byteText(byte: string): string {
  if (byte === '\\') return '\\\\';
  const code = byte.charCodeAt(0);
  return code < 0x80 ? escapeText(byte) : `\\x${code.toString(16)}`;
}

/** Says what the list is, in lines that begin with `#`. `madeMs` is now. */
export function manifestHead(
  job: Pick<JobView, 'job' | 'names' | 'into'>,
  { totalFiles, totalBytes, unproven }: Pick<ManifestPage, 'totalFiles' | 'totalBytes' | 'unproven'>,
  madeMs: number,
): string {
  const said = [
    `Ferry manifest 1, made ${new Date(madeMs).toISOString()}`,
    `Job ${job.job}: ${job.names.map(escapeText).join(', ')}`,
    `Written into ${escapeText(job.into ?? '')}`,
    `${totalFiles} files, ${totalBytes} bytes, each with the hash that its content had when it arrived.`,
    ...(unproven > 0 ? [`${unproven} more files have no hash: most likely they were there before.`] : []),
    ...EXPLAINED,
  ];
  return said.map((line) => `# ${line}\n`).join('');
}

/** One line for a file; it is one line whatever the name holds, and harmless to a terminal. */
export function manifestLine(file: ManifestFile): string {
  const { bytes, mtimeMs, hash, by, piece } = file;
  const [path, isEscaped] = pathText(file);
  const kind = piece !== null ? `blocks@${piece.at}+${piece.length}` : by === 'content' ? 'b3' : 'blocks';
  return `${kind} ${isEscaped ? '\\' : ''}${hash} ${bytes} ${timeText(mtimeMs)}  ${path}\n`;
}

/** ISO 8601 where a Date can hold it, else the seconds. */
function timeText(atMs: number): string {
  const at = new Date(atMs);
  return Number.isNaN(at.getTime()) ? `${Math.floor(atMs / 1_000)}s` : at.toISOString();
}
