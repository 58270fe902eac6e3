import { createHash, randomBytes } from 'node:crypto';
import type { JobId } from '../../shared/ids.ts';
import type { ByteName } from '../wire/byte-name.ts';
import { fromText, toBytes } from '../wire/byte-name.ts';
import { MAX_NAME_BYTES } from '../wire/limits.ts';

/** Digits of the job id in a part's name: enough to tell jobs apart when looking at a folder. */
const JOB_DIGITS = 12;

/** What is longer after the last dot, dot included, is no extension: it belongs to the stem and may be cut. */
const MAX_EXTENSION_BYTES = 64;

/** What all part names of a job start with. */
export function partPrefix(job: JobId): string {
  return `.ferry-${job.slice(0, JOB_DIGITS)}-`;
}

/** Whether a name looks like one of the parts of some job. */
export function isPartName(name: string): boolean {
  return name.startsWith('.ferry-') && name.endsWith('.part');
}

const OWN_BYTES = 6;

/** A fresh hidden name for something unfinished: `.ferry-<job>-<random>.part`. */
export function partName(job: JobId): ByteName {
  return fromText(`${partPrefix(job)}${randomBytes(OWN_BYTES).toString('hex')}.part`);
}

/**
 * The hidden name of a new top-level folder: the same whenever the job is taken up again, so that nothing
 * has to be written down to find it. Who sees the name cannot tell others: it takes the whole id of the job.
 */
export function stagingName(job: JobId, sourceName: ByteName): ByteName {
  const hash = createHash('sha256').update(`${job}/`).update(toBytes(sourceName)).digest();
  return fromText(`${partPrefix(job)}${hash.toString('hex', 0, OWN_BYTES)}.part`);
}

/**
 * The `count`-th alternative of a name that is taken: `name (2).ext`. The stem is shortened on a
 * character boundary where the result would pass 255 bytes. A leading dot belongs to the stem.
 */
export function alternativeName(name: ByteName, count: number, isFolder: boolean): ByteName {
  const dot = isFolder ? -1 : name.lastIndexOf('.');
  const hasExtension = dot > 0 && name.length - dot <= MAX_EXTENSION_BYTES;
  const stem = hasExtension ? name.slice(0, dot) : name;
  const extension = hasExtension ? name.slice(dot) : '';
  const suffix = ` (${count})${extension}`;
  const room = MAX_NAME_BYTES - suffix.length;
  return `${cutAtCharacter(stem as ByteName, room)}${suffix}` as ByteName;
}

/** Of UTF-8; what goes on for longer is not text and may be cut anywhere. */
const MAX_CHARACTER_BYTES = 4;

function cutAtCharacter(stem: ByteName, maxBytes: number): string {
  if (stem.length <= maxBytes) return stem;
  const bytes = toBytes(stem);
  let end = maxBytes;
  // UTF-8 continuation bytes are 10xxxxxx: step back to the start of the character that would be cut.
  while (end > maxBytes - MAX_CHARACTER_BYTES && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return stem.slice(0, end);
}
