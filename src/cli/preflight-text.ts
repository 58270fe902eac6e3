import { escapeText } from '../shared/escape.ts';
import { formatBytes } from '../shared/format.ts';
import type { Preflight } from '../shared/preflight.ts';
import { plural } from './plural.ts';

/** What a person reads of a destination before anything moves. */
export function preflightLines(preflight: Preflight | null): string[] {
  if (preflight === null) return [];
  return [room(preflight), ...limits(preflight)];
}

function room({ neededBytes, freeBytes, neededNames, freeNames, fileSystem }: Preflight): string {
  const where = fileSystem === null ? '' : ` (${escapeText(fileSystem)})`;
  const free = freeBytes === null ? 'free space unknown' : `${formatBytes(freeBytes)} free`;
  const names = freeNames === null ? '' : `, room for ${plural(freeNames, 'entry', 'entries')}`;
  return `The destination${where} needs ${formatBytes(neededBytes)} for ${plural(neededNames, 'new entry', 'new entries')}: ${free}${names}.`;
}

function limits(preflight: Preflight): string[] {
  const { tooLarge, maxFileBytes, badNames, collisions, specials, unreadable, hasTrash, canWrite } =
    preflight;
  const largest = maxFileBytes === null ? '' : ` (at most ${formatBytes(maxFileBytes)})`;
  const lines = [
    canWrite ? '' : 'This user may not write there.',
    tooLarge === 0
      ? ''
      : `${plural(tooLarge, 'file is', 'files are')} too large for its file system${largest}.`,
    badNames === 0 ? '' : `${plural(badNames, 'name', 'names')} it cannot hold.`,
    collisions === 0
      ? ''
      : `${plural(collisions, 'name is', 'names are')} the same as another one there, but for case or accents.`,
    specials === 0
      ? ''
      : `${plural(specials, 'entry is', 'entries are')} neither file, folder nor link, and would be left out.`,
    unreadable === 0 ? '' : `${plural(unreadable, 'entry', 'entries')} cannot be read.`,
    hasTrash ? '' : 'There is no trash for what is replaced.',
  ];
  return lines.filter((line) => line !== '');
}
