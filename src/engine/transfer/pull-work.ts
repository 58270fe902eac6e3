import type { Ask } from '../reuse/ask.ts';
import type { BytePath } from '../wire/byte-name.ts';
import { PULLER_FRAME } from '../wire/data-frame.ts';
import { encodeGroups, encodeWantBlock, encodeWantHash, type WantGroup } from '../wire/data-wants.ts';
import type { Compare, Work } from './work-queue.ts';

/** Anything a pull stream may ask its source for. */
export type PullWork = Work | Compare | Ask;

/** Path of a folder at the source, by its number. */
export type PathOf = (folder: number) => BytePath;

/** A piece of work as the frame that asks for it. */
export function encodeWork(work: PullWork, pathOf: PathOf): { kind: number; body: Buffer } {
  switch (work.kind) {
    case 'run':
      return { kind: PULLER_FRAME.wantRun, body: encodeGroups(toGroups(work, pathOf)) };
    case 'block': {
      const { folder, sourceName, version } = work.file.task;
      const path = [...pathOf(folder), sourceName];
      const want = { path, version, offset: work.offset, length: work.length };
      return { kind: PULLER_FRAME.wantBlock, body: encodeWantBlock(want) };
    }
    case 'ask':
      return { kind: work.frame, body: work.encode() };
    case 'hash': {
      const path = [...pathOf(work.folder), work.sourceName];
      return { kind: PULLER_FRAME.wantHash, body: encodeWantHash({ path, version: work.version }) };
    }
  }
}

/** Files of a run that are neighbours in one folder share its path on the wire. */
export function toGroups(work: PullWork & { kind: 'run' }, pathOf: PathOf): WantGroup[] {
  const groups: { number: number; folder: BytePath; files: WantGroup['files'][number][] }[] = [];
  for (const task of work.files) {
    let group = groups[groups.length - 1];
    if (group === undefined || group.number !== task.folder) {
      group = { number: task.folder, folder: pathOf(task.folder), files: [] };
      groups.push(group);
    }
    group.files.push({ name: task.sourceName, version: task.version });
  }
  return groups;
}
